import { setTimeout as sleep } from 'node:timers/promises';

import { isAccepted, postCallback, type CallbackResponse } from '../test/provider-callback.mjs';

const REPEAT_AFTER_MS = [60_000, 300_000, 900_000];

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
