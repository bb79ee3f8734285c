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

/** An HTTPS server that redirects all requests to the same path at another origin. */
export class TlsRedirector {
	/** The headers of the requests, in order of arrival. */
	readonly received: IncomingHttpHeaders[] = [];
	/** The origin to redirect to. */
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

	/** This server's origin. */
	get origin(): string {
		return `https://${ADDRESS}:${(this.server.address() as AddressInfo).port}`;
	}

	/** The file of its self-signed certificate, for `NODE_EXTRA_CA_CERTS`. */
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
