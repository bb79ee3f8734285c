/**
 * What the API's texts mean where its code doesn't say it. The same text comes in any case and with other blanks and
 * punctuation.
 */

/** In lower case, with one blank between the words and `punctuation` for all that is neither word nor blank. */
function normalize(text: string | null, punctuation = ' '): string {
	return (text ?? '')
		.toLowerCase()
		.replace(/['’]/g, '')
		.replace(/[^\p{L}\p{N}\s_-]/gu, punctuation)
		.replace(/[\s_-]+/g, ' ')
		.trim();
}

/** Matches a text in which one of the patterns is found. */
function anyOf(...patterns: readonly string[]): RegExp {
	return new RegExp(patterns.join('|'), 'u');
}

/** The start of a Russian word, as `\b` only knows Latin letters. */
const START_RU = '(?<!\\p{L})';

/** Records are kept for 14 days. */
export function saysTooOld(text: string | null): boolean {
	return /\b14 ?(days?\b|дней)/.test(normalize(text));
}

const NOT_SUCCESS = /\brecord status ((is )?not|isnt) success/;

/** About the result of a record, in the provider's own words. */
const NO_RESULT = /\bresult ?data ((is|does|do) )?(not exists?|doesnt exist|blank|empty)\b/;

export function saysNotComplete(text: string | null): boolean {
	const normalized = normalize(text);
	return NOT_SUCCESS.test(normalized) || NO_RESULT.test(normalized);
}

/** That something is missing, and what. */
const MISSING =
	/^(?<what>.*?)\b(not exists?|(doesnt|dont) exist|((is|are) )?(blank|empty))( yet)?( for .*)?$/;
/** After the name of what is missing. */
const DETAILS = /\b(of|for|with|by|in|that|which|you)\b.*/;
const PART = /\w*(result|data|response|url|video|resolution)s?/;
/** The task or its record as a whole, or the request itself. */
const WHOLE =
	/(task|record|job|generation)s?( ?(id|info|detail)s?)?|ids?|param(eter)?s?|request|body|key|token|account|user|resource|endpoint|page/;
const NOUN = new RegExp(`\\b(?:(?<whole>${WHOLE.source})|${PART.source})\\b`, 'g');

/**
 * Whether a text about a lookup that has no record says that the task exists and has not ended: a part of its record, such
 * as "response", is missing, or is not a success. "task does not exist" and "taskId is empty" don't say that.
 */
export function saysGenerating(text: string | null): boolean {
	if (saysNotComplete(text)) return true;
	const sentences = (text ?? '').split(/[.!?;]\s/).map((sentence) => normalize(sentence));
	const missing = sentences.flatMap((sentence) => MISSING.exec(sentence)?.groups?.what ?? []);
	return missing.length > 0 && !missing.some(isWhole);
}

/** The last noun counts: "video task" is a task, "task result" is a result. */
function isWhole(what: string): boolean {
	const nouns = [...what.replace(DETAILS, '').matchAll(NOUN)];
	return nouns.at(-1)?.groups?.whole !== undefined;
}

/** The API has no such task. A text about the result of a record doesn't say that. */
const UNKNOWN_TASK =
	/\b(record|task( ?id)?) ((is|does|was|could) )?(null|not (found|exists?|be found)|doesnt exist|unknown|invalid)\b/;

export function saysUnknownTask(text: string | null): boolean {
	return UNKNOWN_TASK.test(normalize(text)) && !saysNotComplete(text);
}

/** A 1080p version was made. */
export function saysUpgraded(text: string | null): boolean {
	return /\b1080p?\b|\bupgraded?\b/.test(normalize(text));
}

/** Any other word here makes it something else, such as "insufficient white balance". */
const WHOSE = '((your|the|this|account|api|user|available|remaining|current|credit) )*';
const CREDITS = `${WHOSE}(credits?|funds)`;
const MONEY = `${WHOSE}(credits?|credits? balance|balance|funds)`;
/** Any other word here makes it something else, such as "insufficient credits information". */
const END =
	'(?= ?\\.|$| (left|remaining|available|to|for|in|on|at|when|please|and|but|or|error)\\b)';
const END_RU = '(?= ?\\.|$| (на|для|в|чтобы)(?= ))';

/** The twin of this API reports missing credits under several codes. Apikley's own users read Russian. */
const NO_CREDITS = anyOf(
	`\\b(insufficient|(not|dont|doesnt) (have )?(enough|sufficient)) ${MONEY}${END}`,
	`\\b(out|lack) of ${CREDITS}${END}`,
	`\\b(used|spent) (up )?all (of )?${CREDITS}${END}`,
	`\\b(no|0|zero) (more )?(credits?|funds) (left|remaining|available|in|on)\\b`,
	`\\b(you|account|user|key) (have|has) no (more )?${CREDITS}${END}`,
	`\\b(need|needs|requires?) (at least )?(\\d+|(\\d+ )?more) ${CREDITS}${END}`,
	`(^|\\. |\\b(your|all|account) )${MONEY} ((is|are|has|have|been) )*(too low|low|not (enough|sufficient)|(isnt|arent) (enough|sufficient)|insufficient|exhausted|depleted|used up|(run|ran) out|empty)\\b`,
	'(^|\\. )(please )?(top up|recharge)\\b',
	`(недостаточно|не хватает|нет|закончились|исчерпаны) (доступных )?(кредитов|кредиты|средств|средства|баланса)${END_RU}`,
	`(^|\\. |ваши )(кредиты|кредитов|средства|средств) (на (балансе|счете|счёте) )?(закончились|кончились|исчерпаны|недостаточно|не хватает)`,
	`недостаточный баланс|(^|\\. |ваш )баланс (исчерпан|слишком низкий|недостаточен)|пополните (баланс|счет|счёт)${END_RU}`,
);

export function saysNoCredits(text: string | null): boolean {
	return NO_CREDITS.test(normalize(text, ' . '));
}

/** What the user has sent, or the name of its field: "imageUrls", "image_url". */
const INPUT = '(prompt|image|picture|photo)s?( ?urls?)?';
const CONTENT = anyOf(
	`\\b${INPUT}\\b`,
	`${START_RU}(промп?т|изображени|картин[ко]|текст\\p{L}* (\\p{L}+ )?запроса)`,
);

/** The server has failed or has the task, whatever else the text says. */
const FAILURE = anyOf(
	'time[ds]? ?out|internal|overload|temporar|connection|\\bbusy\\b',
	'(server|network|unknown|unexpected) error|service (is )?(currently )?unavailable',
	'queued|(?<!\\b(not|isnt|arent|wasnt|cannot|cant)( be)? )accepted',
	'(?<!\\bno )\\btask( (was|is|has been|successfully))* (created|submitted|started)\\b',
	`${START_RU}(тайм ?аут|время ожидания|внутренн|соединени|занят|перегруж|временно)`,
	`${START_RU}(ошибка сервера|(неизвестная|непредвиденная) ошибка)`,
	`${START_RU}(очеред|(?<!не )принят|задача ((была|уже|успешно) )*(создана|запущена))`,
);

/** The server may have failed, unless the text says what is wrong with the content. */
const PASSING = anyOf('processing|try again', `${START_RU}(обраб[ао]т|повторите|попробуйте)`);

const WRONG =
	'(rejected|refused|declined|blocked|invalid|unsafe|unsupported|forbidden|not (supported|allowed|valid|permitted|accepted)|too (long|short|large|big|small)|empty|required)';
/** What is wrong with the content. */
const VERDICT = anyOf(
	'\\b(violat(es?|ed|ing|ions?)|flagged|prohibited|inappropriate)\\b',
	`\\b${INPUT}( \\w+){0,3} (is|are|was|were|been) ${WRONG}\\b`,
	`\\b(change|modify|revise|rephrase|rewrite|edit|adjust|replace|shorten) (it|them|(the|your) ${INPUT})\\b`,
	'\\btry again with (an? |the |some )?(different|another|new|other)\\b',
	`${START_RU}(наруша|нарушени|запрещ|недопустим|отклон[её]н)`,
	`${START_RU}(измените|замените|попробуйте друг)`,
);
/** Makes a verdict a mere possibility. */
const CONDITION = anyOf('\\b(if|whether|unless)\\b', `${START_RU}(если|ли)(?!\\p{L})`);

/** The prompt or an image is why a request was refused. */
export function saysContentRefused(text: string | null): boolean {
	// "imageUrls" in two words
	const normalized = normalize((text ?? '').replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' '));
	if (!CONTENT.test(normalized) || FAILURE.test(normalized)) return false;
	return !PASSING.test(normalized) || (VERDICT.test(normalized) && !CONDITION.test(normalized));
}

/** Words such as "generate" and "process" alone are in many errors. */
const PROGRESS = anyOf(
	'\\b(in progress|not ready|ready (in|soon)|(?<!per )minutes?|try again later|please wait)\\b',
	'\\bbeing (processed|generated|made|prepared|upgraded)\\b',
	'\\b(is|are|still) (processing|generating|upgrading)\\b',
	'\\b(processing|generating|upgrading)$',
);

/** The 1080p version of a video is being made. */
export function saysProcessing(text: string | null): boolean {
	return PROGRESS.test(normalize(text));
}

const NOT_UPGRADABLE =
	/\b(only\b.* 16 9|(cannot|cant) be upgraded(?! yet)|not support|unsupported|out of range|invalid index|record is null)/;

/** Named by refusals, and in passing while the version is being made. */
const OBSTACLE = /\b(fallback|16 9|aspect ratio)/;

/** There will be no 1080p version. */
export function saysNotUpgradable(text: string | null): boolean {
	const normalized = normalize(text);
	const namesObstacle = OBSTACLE.test(normalized) && !PROGRESS.test(normalized);
	return namesObstacle || NOT_UPGRADABLE.test(normalized);
}
