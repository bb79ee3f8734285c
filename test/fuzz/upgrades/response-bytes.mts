/** The bytes of the response to a request for a 1080p version. */
import { encodeResponse, json, type EncodedResponse, type Tags } from '../response-bytes.mjs';
import type { UpgradeResponse } from './scenario.mjs';

export interface UpgradeTags extends Tags {
	/** To the 1080p version. */
	readonly urls: Readonly<Record<'current' | 'fresh', string>>;
}

export function encodeUpgrade(
	response: Exclude<UpgradeResponse, { kind: 'noResponse' }>,
	tags: UpgradeTags,
	now: Date,
): EncodedResponse {
	if (response.kind !== 'ready') return encodeResponse(response, tags, now);
	const { status, code } = response.around ?? { status: 200, code: 200 };
	const data = dataWith(response.form, tags.urls[response.links]);
	return json(status, { ...(code !== null && { code, msg: 'As scripted' }), data });
}

function dataWith(form: Extract<UpgradeResponse, { kind: 'ready' }>['form'], url: string): unknown {
	if (form === 'dataItself') return url;
	if (form === 'list') return [url];
	if (form === 'padded') return { resultUrl: ` ${url}\n` };
	return { [form]: form === 'resultUrls' ? [url] : url };
}
