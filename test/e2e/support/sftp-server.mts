import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Server, utils } from 'ssh2';

import { SftpFiles } from './sftp-files.mjs';

const USER = 'video';
const PASSWORD = 'sftp-test-password';

/** An SSH server on this machine that only offers SFTP. */
export class SftpServer {
	readonly files = new SftpFiles();
	private readonly server: Server;

	private constructor() {
		const { private: hostKey } = utils.generateKeyPairSync('ed25519');
		this.server = new Server({ hostKeys: [hostKey] }, (client) => {
			client
				.on('authentication', (login) => {
					const isRight =
						login.method === 'password' && login.username === USER && login.password === PASSWORD;
					if (isRight) login.accept();
					else login.reject(['password']);
				})
				.on('session', (accept) => {
					accept().on('sftp', (acceptSftp) => this.files.serve(acceptSftp()));
				})
				// A client may disconnect when it is done
				.on('error', () => undefined);
		});
	}

	static async open(): Promise<SftpServer> {
		const sftp = new SftpServer();
		await once(sftp.server.listen(0, '127.0.0.1'), 'listening');
		return sftp;
	}

	/** The data of n8n's credential of the type `sftp`. */
	get credential(): ICredentialDataDecryptedObject {
		const { port } = this.server.address() as AddressInfo;
		return { host: '127.0.0.1', port, username: USER, password: PASSWORD };
	}

	async close(): Promise<void> {
		await new Promise<void>((closed) => this.server.close(() => closed()));
	}
}
