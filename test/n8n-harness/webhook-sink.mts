import type { IDataObject } from 'n8n-workflow';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';

const PATIENCE_MS = 300_000;

/** Keeps what HTTP Request nodes post: it shows how often they ran, and with what, where n8n saves nothing. */
export class Inbox {
	/** All that came, in the order in which it came. */
	readonly received: IDataObject[] = [];
	private readonly watchers = new Set<() => void>();

	private constructor(private readonly server: Server) {}

	static async open(): Promise<Inbox> {
		const server = createServer();
		const inbox = new Inbox(server);
		server.on('request', (request, response) => {
			const answer = (status: number) => response.writeHead(status).end('{}');
			inbox.keep(request).then(
				() => answer(200),
				() => answer(400),
			);
		});
		await once(server.listen(0, '127.0.0.1'), 'listening');
		return inbox;
	}

	/** Where to post to. */
	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
	}

	/** What came about these tasks, in the order in which it came. */
	about(taskIds: readonly string[]): IDataObject[] {
		return this.received.filter(({ taskId }) => taskIds.includes(String(taskId)));
	}

	/** Resolves as soon as each of the tasks has come up. Throws an Error with those missing after `timeoutMs`. */
	async untilAbout(taskIds: readonly string[], timeoutMs = PATIENCE_MS): Promise<IDataObject[]> {
		const missing = () => taskIds.filter((taskId) => this.about([taskId]).length === 0);
		await new Promise<void>((resolve, reject) => {
			const check = () => missing().length === 0 && end(resolve);
			const timer = setTimeout(
				() => end(() => reject(new Error(`Nothing came about ${missing().join(', ')}`))),
				timeoutMs,
			);
			const end = (settle: () => void) => {
				clearTimeout(timer);
				this.watchers.delete(check);
				settle();
			};
			this.watchers.add(check);
			check();
		});
		return this.about(taskIds);
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	/** Rejects what is no JSON, as what a process was killed in the middle of. */
	private async keep(request: IncomingMessage): Promise<void> {
		this.received.push((await readJson(request)) as IDataObject);
		for (const check of this.watchers) check();
	}
}
