import { setTimeout as sleep } from 'node:timers/promises';

/** The provider gives up a request after this time … */
const PATIENCE_MS = 15_000;
/** … and repeats a callback after 1, 5 and 15 minutes. Here a minute has 6 seconds. */
const REPEAT_AFTER_MS = [6_000, 30_000, 90_000];

export interface CallbackResponse {
	/** 0 without a response. */
	readonly status: number;
	readonly seconds: number;
}

/** Posts the callback of a task that has succeeded. */
export async function postCallback(url: string, taskId: string): Promise<CallbackResponse> {
	const startedAt = performance.now();
	const status = await send(url, { code: 200, msg: 'success', data: { taskId } });
	return { status, seconds: (performance.now() - startedAt) / 1000 };
}

/** Posts it as the provider does: again, unless the response has a 2xx status. Resolves with all responses. */
export async function postUntilAccepted(
	url: string,
	taskId: string,
): Promise<readonly CallbackResponse[]> {
	const responses = [await postCallback(url, taskId)];
	for (const delay of REPEAT_AFTER_MS) {
		if (isAccepted(responses.at(-1))) break;
		await sleep(delay);
		responses.push(await postCallback(url, taskId));
	}
	return responses;
}

export function isAccepted(response: CallbackResponse | undefined): boolean {
	return response !== undefined && response.status >= 200 && response.status < 300;
}

async function send(url: string, body: object): Promise<number> {
	try {
		const response = await fetch(url, {
			method: 'POST',
			headers: { 'content-type': 'application/json', connection: 'close' },
			body: JSON.stringify(body),
			signal: AbortSignal.timeout(PATIENCE_MS),
		});
		await response.text();
		return response.status;
	} catch {
		return 0;
	}
}
