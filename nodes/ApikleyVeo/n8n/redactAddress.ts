import type { IExecuteFunctions } from 'n8n-workflow';

/** An address, also within JSON that escapes slashes or other characters, or encoded as part of another one. */
const ADDRESS = /https?(?::|%3A)(?:[^\s"'<>\\]|\\+(?:\/|u00(?!2[27]|3[CE])[\dA-F]{2}))+/gi;

/** By n8n's default paths for forms and webhooks, or by ours. */
const RESUME_ADDRESS =
	/(?:webhook|form)-waiting|apikley-veo.*(?:signature|creation)(?:=|%3D|\\+u003D)/i;

/** What each execution has an address at. n8n's settings can change the paths. */
const RESUME_ADDRESSES = ['{{ $execution.resumeUrl }}', '{{ $execution.resumeFormUrl }}'];

/**
 * Returns a function that replaces each address that resumes an execution with ***. The API returns the request that created
 * a task, and the address could also resume a later node of the execution.
 */
export function createAddressRedactor(
	context: Pick<IExecuteFunctions, 'evaluateExpression'>,
): (text: string) => string {
	const bases = RESUME_ADDRESSES.flatMap((expression) => baseOf(context, expression) ?? []);
	const pattern = new RegExp([RESUME_ADDRESS.source, ...bases.map(toPattern)].join('|'), 'i');
	return (text) => {
		if (!pattern.test(text)) return text;
		return text.replace(ADDRESS, (address) => (pattern.test(address) ? '***' : address));
	};
}

/** The address without the execution's ID. Null if this n8n doesn't tell it. */
function baseOf(
	context: Pick<IExecuteFunctions, 'evaluateExpression'>,
	expression: string,
): string | null {
	try {
		const { origin, pathname } = new URL(String(context.evaluateExpression(expression, 0)));
		const folder = pathname.replace(/[^/]+\/?$/, '');
		return folder === '/' ? null : `${origin}${folder}`;
	} catch {
		return null;
	}
}

/** Also finds an address that is escaped in JSON, or encoded as part of another one. */
function toPattern(base: string): string {
	const SLASH = '(?:\\\\*\\/|%2F|\\\\+u002F)';
	const escaped = base.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
	return escaped
		.replaceAll('/', SLASH)
		.replace(':', '(?::|%3A)')
		.replace(/:(?=\d)/, '(?::|%3A)');
}
