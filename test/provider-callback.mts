/** The provider gives up a request after this time. */
const PATIENCE_MS = 15_000;

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
		return null;
	}
}
