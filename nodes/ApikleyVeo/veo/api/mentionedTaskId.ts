import { isObject, trimCopied } from '../task/coerce';

const KIND = '(?:task|video|record|job|generation)';

const TASK_ID_FIELD = new RegExp(`${KIND}_?ids?$`, 'i');
const ID_FIELD = /^(uu)?ids?$/i;

/** A word with digits in it. */
const ID = String.raw`(?=[\w-]*\d)[\w-]{6,}`;
const WHOLE_ID = new RegExp(`^${ID}$`);

export function looksLikeId(text: string): boolean {
	return WHOLE_ID.test(text);
}

const LABEL = String.raw`(?:${KIND}[\s_-]?ids?|(?<=["'])ids?(?=\\*["']))`;
/** Punctuation, a tag, or a character reference. */
const GAP = String.raw`(?:<\/?[a-z][^<>]*>|&#?\w+;|[^\p{L}\p{N}])`;
const FILLER = '(?:is|was|of|with|number|has|been|created|accepted|queued|started|ids?)';

/** How a text can name the ID of a task. */
const MENTIONS = [
	// "taskId":"abc", also in JSON that is incomplete or quoted
	String.raw`${LABEL}\\*["']\s*:\s*\\*["']([\w-]+)`,
	// taskId=17
	String.raw`${LABEL}["'\\\s]*[:=>]["'\\\s[(]*((?=[\w-]*\d)[\w-]+)`,
	// The task was created with ID abc123
	String.raw`(?:${LABEL}|\btask|задач\p{L}*)${GAP}{1,20}(?:${FILLER}${GAP}{1,20}){0,4}(${ID})`,
].map((pattern) => new RegExp(pattern, 'giu'));

/**
 * Returns the ID of a task in a form that isn't known here: as the value itself, in a field that is named like an ID, or
 * in a text. Null if there is none, or only `knownId`.
 */
export function mentionedTaskId(value: unknown, knownId: string | null): string | null {
	if (typeof value === 'string') {
		const word = trimCopied(value);
		return looksLikeId(word) && word !== knownId ? word : findInText(value, knownId);
	}
	if (Array.isArray(value)) return firstOf(value, (entry) => mentionedTaskId(entry, knownId));
	if (!isObject(value)) return null;
	return firstOf(Object.entries(value), (field) => findInField(field, knownId));
}

function findInField([name, value]: [string, unknown], knownId: string | null): string | null {
	if (typeof value === 'object') return mentionedTaskId(value, knownId);
	const text = trimCopied(String(value));
	const isId = TASK_ID_FIELD.test(name) || (ID_FIELD.test(name) && /\d/.test(text));
	return isId && text !== '' && text !== knownId ? text : findInText(text, knownId);
}

function findInText(text: string, knownId: string | null): string | null {
	const ids = MENTIONS.flatMap((pattern) => [...text.matchAll(pattern)]).flatMap(([, id]) => id);
	// Only a part of the known ID is found if that has other characters
	return ids.find((id) => id !== undefined && knownId?.includes(id) !== true) ?? null;
}

function firstOf<T>(values: readonly T[], find: (value: T) => string | null): string | null {
	for (const value of values) {
		const found = find(value);
		if (found !== null) return found;
	}
	return null;
}
