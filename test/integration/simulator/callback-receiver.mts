import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface ReceivedCallback {
	/** Path and query. */
	path: string;
	body: string;
	receivedAt: number;
}

/** A server that keeps what is posted to it. It responds with the statuses of a list, then with 200. */
export class CallbackReceiver {
	readonly received: ReceivedCallback[] = [];
	private readonly server: Server;

	constructor(private readonly statuses: number[] = []) {
		this.server = createServer((request, response) => {
			void text(request).then(
				(body) => {
					this.received.push({ path: request.url ?? '', body, receivedAt: Date.now() });
					response.writeHead(this.statuses.shift() ?? 200).end();
				},
				// The sender has given up
				() => undefined,
			);
		});
	}

	async open(): Promise<void> {
		await once(this.server.listen(0, '127.0.0.1'), 'listening');
	}

	url(path = '/'): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
	}

	/** The next requests get these statuses. */
	respondWith(...statuses: number[]): void {
		this.statuses.push(...statuses);
	}

	get bodies(): unknown[] {
		return this.received.map(({ body }) => JSON.parse(body) as unknown);
	}

	close(): void {
		this.server.closeAllConnections();
		this.server.close();
	}
}
