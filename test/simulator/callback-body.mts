import type { CallbackPost } from './callback-script.mjs';
import { messageOf } from './creation-plan.mjs';
import { isPlainObject } from './json.mjs';
import { padded, toContent, type Content } from './response.mjs';

/** Returns the body of a callback. `record` is what record-info shows once the task is final. */
export function callbackBody(post: CallbackPost, taskId: string, record: unknown): Content {
	const { text = JSON.stringify(post.json ?? documentedBody(post, taskId, record)) } = post;
	const content = toContent(Buffer.from(text));
	return post.bytes === undefined ? content : padded(content, post.bytes);
}

/** The body that the documents describe. */
function documentedBody(post: CallbackPost, taskId: string, record: unknown) {
	const { response, errorCode, fallbackFlag } = isPlainObject(record) ? record : {};
	if (!isPlainObject(response)) return failure(taskId, Number(errorCode ?? 501));
	const { resultUrls, originUrls, resolution } = response;
	const urls = post.urlsAsText ? JSON.stringify(resultUrls) : resultUrls;
	const info = { resultUrls: urls, originUrls, resolution };
	const msg = 'Veo3.1 video generated successfully.';
	return { code: 200, msg, data: { taskId, info, fallbackFlag } };
}

function failure(taskId: string, code: number) {
	return { code, msg: messageOf(code), data: { taskId } };
}
