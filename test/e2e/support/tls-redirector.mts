import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { generate } from 'selfsigned';

const ADDRESS = '127.0.0.1';
const AS_IP_ADDRESS = 7;

/** A server that is spoken to through TLS, and redirects all that it is asked for to the same path elsewhere. */
export class TlsRedirector {
	/** Headers of the requests, in the order in which they came. */
	readonly received: IncomingHttpHeaders[] = [];
	/** Where it redirects to: an origin. */
	target = '';

	private constructor(
		private readonly server: Server,
		private readonly folder: string,
	) {}

	static async open(): Promise<TlsRedirector> {
		const altNames = [{ type: AS_IP_ADDRESS, ip: ADDRESS }] as const;
		const { cert, private: key } = await generate([{ name: 'commonName', value: ADDRESS }], {
			extensions: [{ name: 'subjectAltName', altNames: [...altNames] }],
		});
		const folder = await mkdtemp(path.join(tmpdir(), 'tls-'));
		const redirector = new TlsRedirector(createServer({ cert, key }), folder);
		await writeFile(redirector.certificate, cert);
		redirector.server.on('request', ({ headers, url }, response) => {
			redirector.received.push(headers);
			response.writeHead(302, { location: `${redirector.target}${url}` }).end();
		});
		await once(redirector.server.listen(0, ADDRESS), 'listening');
		return redirector;
	}

	/** Beginning with https. */
	get origin(): string {
		return `https://${ADDRESS}:${(this.server.address() as AddressInfo).port}`;
	}

	/** A file with its certificate, which signs itself: for `NODE_EXTRA_CA_CERTS`. */
	get certificate(): string {
		return path.join(this.folder, 'certificate.pem');
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
		await rm(this.folder, { recursive: true });
	}
}
