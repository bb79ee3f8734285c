import { isObject, toBoolean, toNumber, toText } from './coerce';
import type { JsonObject } from './coerce';
import { isCertainlyBefore } from './dates';
import type { VeoTask } from './task';

/** A request that may have created a task. */
export interface SentRequest {
	/** In milliseconds since 1970. */
	readonly sentAt: number;
	/** Without the ID of a task to extend. */
	readonly body: JsonObject;
	/** The task to extend, which isn't the one that the request creates. */
	readonly extendedId: string | null;
}

/** How far apart the clocks of the API and of n8n may be. */
const MAX_CLOCK_SKEW_MS = 10 * 60_000;

/** Fields whose values the API has no reason to change, with those that it knows. Others may get another name. */
const COPIED_FIELDS: ReadonlyArray<readonly [field: string, values: RegExp]> = [
	['model', /^veo3(_fast)?$/],
	['generationType', /^(TEXT|FIRST_AND_LAST_FRAMES|REFERENCE)_2_VIDEO$/],
	['seeds', /^\d+$/],
];

/**
 * Whether a task can be the one that a request has created. The callback that names the task has the secret of the request, so
 * the task is only ruled out if its record plainly contradicts the request:
 *
 * - It was created or completed more than ten minutes before the request was sent. A time without a zone can be in any zone.
 * - Its model, generation type or seed is another one.
 * - Its prompt is another one. Case, blanks and punctuation don't matter, and the API may add words at either end. A prompt
 *   that may have been translated says nothing: the user has set Translate Prompt to English, or only the prompt that was
 *   sent has letters that English doesn't have.
 * - Its aspect ratio is another one. The API's default says nothing, as the API uses it if it doesn't know the field, and no
 *   ratio does if the prompt is the same.
 *
 * A record that says nothing of these doesn't rule out the task: what was paid for must not get lost. For the same reason an
 * error names the tasks that were ruled out.
 */
export function canComeFrom(
	task: Pick<VeoTask, 'createTime' | 'completeTime' | 'params' | 'prompt'>,
	{ sentAt, body }: Omit<SentRequest, 'extendedId'>,
): boolean {
	const earliest = sentAt - MAX_CLOCK_SKEW_MS;
	const times = [task.createTime, task.completeTime];
	if (times.some((time) => time !== null && isCertainlyBefore(time, earliest))) return false;
	const params = isObject(task.params) ? task.params : {};
	if (COPIED_FIELDS.some(([field, values]) => differs(params[field], body[field], values))) {
		return false;
	}
	const prompts = comparePrompts(task.prompt, body);
	if (prompts === 'other') return false;
	return prompts === 'same' || !hasOtherRatio(params, body);
}

function differs(recorded: unknown, sent: unknown, values: RegExp): boolean {
	const texts = [recorded, sent].map((value) => toText(value) ?? toNumber(value)?.toString() ?? '');
	return texts.every((text) => values.test(text)) && texts[0] !== texts[1];
}

function hasOtherRatio(params: JsonObject, body: JsonObject): boolean {
	const [recorded, sent] = [params, body].map((each) => each.aspectRatio ?? each.aspect_ratio);
	return recorded !== '16:9' && differs(recorded, sent, /^\d+:\d+$/);
}

/** A letter that English doesn't have. */
const FOREIGN_LETTER = /[^\P{L}a-zA-Z]/u;

function comparePrompts(recorded: string | null, body: JsonObject): 'same' | 'other' | 'unknown' {
	const sent = toText(body.prompt);
	if (recorded === null || sent === null) return 'unknown';
	const [shorter = '', longer = ''] = [recorded, sent]
		.map(normalize)
		.sort((a, b) => a.length - b.length);
	if (shorter === longer) return 'same';
	if (longer.startsWith(`${shorter} `) || longer.endsWith(` ${shorter}`)) return 'unknown';
	return mayBeTranslated(recorded, sent, body) ? 'unknown' : 'other';
}

function normalize(prompt: string): string {
	const words = prompt
		.normalize('NFKC')
		.toLowerCase()
		.match(/[\p{L}\p{M}\p{N}]+/gu);
	return words?.join(' ') ?? prompt.trim();
}

/** The API translates unless it is told not to. Most prompts are in English already, so that alone says little. */
function mayBeTranslated(
	recorded: string,
	sent: string,
	{ enableTranslation }: JsonObject,
): boolean {
	const isWanted = toBoolean(enableTranslation);
	if (isWanted !== null) return isWanted;
	return FOREIGN_LETTER.test(sent) && !FOREIGN_LETTER.test(recorded);
}
