import axios from 'axios';
import { Agent } from 'node:http';

/** The provider gives up a request after this time. */
const TIMEOUT_MS = 15_000;

const http = axios.create({
	timeout: TIMEOUT_MS,
	proxy: false,
	httpAgent: new Agent({ keepAlive: false }),
	validateStatus: () => true,
});

export interface CallbackResponse {
	/** Null if there was no response. */
	readonly status: number | null;
	readonly milliseconds: number;
}

/** Posts the provider's callback for a task that has succeeded. */
export async function postCallback(url: string, taskId: string): Promise<CallbackResponse> {
	const startedAt = performance.now();
	const status = await send(url, { code: 200, msg: 'success', data: { taskId } });
	return { status, milliseconds: performance.now() - startedAt };
}

export function isAccepted(response: CallbackResponse | undefined): boolean {
	const status = response?.status ?? 0;
	return status >= 200 && status < 300;
}

async function send(url: string, body: object): Promise<number | null> {
	// Node's own fetch sometimes never settles if the server is stopped
	const response = await http.post(url, body).catch(() => null);
	return response?.status ?? null;
}
