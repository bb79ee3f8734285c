import type { IDataObject } from 'n8n-workflow';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json as readJson } from 'node:stream/consumers';

const TIMEOUT_MS = 300_000;

/** A server that keeps what HTTP Request nodes post. It shows how often they ran, and with what, even if n8n saves nothing. */
export class WebhookSink {
	/** Everything received, in order of arrival. */
	readonly received: IDataObject[] = [];
	/** When each of them arrived, in milliseconds since 1970. */
	readonly arrivalTimes: number[] = [];
	private readonly arrivals = new EventEmitter().setMaxListeners(0);

	private constructor(private readonly server: Server) {}

	static async open(): Promise<WebhookSink> {
		const server = createServer();
		const sink = new WebhookSink(server);
		server.on('request', (request, response) => {
			const respond = (status: number) => response.writeHead(status).end('{}');
			sink.keep(request).then(
				() => respond(200),
				() => respond(400),
			);
		});
		await once(server.listen(0, '127.0.0.1'), 'listening');
		return sink;
	}

	/** The address to post to. */
	get url(): string {
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
	}

	/** What was received for these tasks, in order of arrival. */
	forTasks(taskIds: readonly string[]): IDataObject[] {
		return this.received.filter(({ taskId }) => taskIds.includes(String(taskId)));
	}

	/** Resolves once something was received for each task. Rejects with the missing ones after `timeoutMs`. */
	async waitForTasks(taskIds: readonly string[], timeoutMs = TIMEOUT_MS): Promise<IDataObject[]> {
		const missing = () => taskIds.filter((taskId) => this.forTasks([taskId]).length === 0);
		const signal = AbortSignal.timeout(timeoutMs);
		while (missing().length > 0) {
			await once(this.arrivals, 'item', { signal }).catch(() => {
				throw new Error(`Nothing received for ${missing().join(', ')}`);
			});
		}
		return this.forTasks(taskIds);
	}

	/** Resolves once this many items were received. Rejects after `timeoutMs`. */
	async waitForCount(count: number, timeoutMs = TIMEOUT_MS): Promise<void> {
		const signal = AbortSignal.timeout(timeoutMs);
		while (this.received.length < count) {
			await once(this.arrivals, 'item', { signal }).catch(() => {
				throw new Error(`Received ${this.received.length} of ${count}`);
			});
		}
	}

	async close(): Promise<void> {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, 'close');
	}

	/** Rejects a body that is not JSON, such as one cut off when its sender was killed. */
	private async keep(request: IncomingMessage): Promise<void> {
		const item = (await readJson(request)) as IDataObject;
		this.arrivalTimes.push(Date.now());
		this.received.push(item);
		this.arrivals.emit('item');
	}
}
