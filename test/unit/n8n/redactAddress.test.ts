import { createAddressRedactor } from '../../../nodes/ApikleyVeo/n8n/redactAddress';
import { phpJson } from '../support/phpJson';

const ADDRESS =
	'https://n8n.example.com/webhook-waiting/7/apikley-veo?signature=5f0c&creation=uXa7-_k';
const FORM = 'https://n8n.example.com/form-waiting/7?signature=5f0c';
const CUSTOM = 'https://n8n.example.com:8443/n8n/on-hold/7/x?signature=5f0c';
const CUSTOM_FORM = 'https://n8n.example.com:8443/n8n/open.forms/7';
const RENAMED = 'https://n8n.example.com/parked/7/apikley-veo?creation=uXa7-_k';

/** An n8n whose settings name other paths. */
const evaluateExpression = (expression: string) =>
	`https://n8n.example.com:8443/n8n/${expression.includes('Form') ? 'open.forms' : 'on-hold'}/12?signature=a`;
const redactAddresses = createAddressRedactor({ evaluateExpression });

/** JSON as PHP writes it, with escaped slashes. */
const record = (toJson: (value: unknown) => string, address: string) =>
	toJson({ paramJson: toJson({ callBackUrl: address, prompt: 'A dog' }), successFlag: 1 });

describe.each([
	...[ADDRESS, RENAMED, ADDRESS.replace('/apikley-veo', '')],
	...[FORM, FORM.replace('?', '/n8n-execution-status?'), CUSTOM, CUSTOM_FORM],
])('%s is redacted', (address) => {
	test.each<[string, string, string]>([
		['in a sentence', `Can't reach ${address} now`, "Can't reach *** now"],
		['in HTML', `<a href="${address.replaceAll('&', '&amp;')}">`, '<a href="***">'],
		['in a URL', `https://x.example.com/?to=${encodeURIComponent(address)} !`, '*** !'],
		['in a list', `["${address}","b"]`, '["***","b"]'],
	])('%s', (_, text, expected) => {
		expect(redactAddresses(text)).toBe(expected);
	});

	test.each<[string, (value: unknown) => string]>([
		['plain', JSON.stringify],
		['with escaped slashes', phpJson],
		['with escaped ampersands', (value) => JSON.stringify(value).replaceAll('&', '\\u0026')],
	])('in a record, whose JSON stays readable: %s', (_, toJson) => {
		const redacted = JSON.parse(redactAddresses(record(toJson, address))) as {
			paramJson: string;
		};
		expect(redacted).toMatchObject({ successFlag: 1 });
		expect(JSON.parse(redacted.paramJson)).toEqual({ callBackUrl: '***', prompt: 'A dog' });
	});
});

test.each([
	'https://n8n.example.com/webhook/5f0c/apikley-veo',
	'https://github.com/apikley/n8n-nodes-apikley-veo?tab=readme',
	'https://x.example.com/1.mp4?signature=5f0c',
	'https://x.example.com/n8n/on-hold/7/x',
	'https://n8n.example.com:8443/n8n/openXforms/7',
	'A film about webhook-waiting rooms and https://x.example.com',
	JSON.stringify({ prompt: 'creation', callBackUrl: 'https://x.example.com/apikley-veo' }),
])('%s stays as it is', (text) => {
	expect(redactAddresses(text)).toBe(text);
});

test.each<[string, (expression: string) => unknown]>([
	['has no such address', () => undefined],
	['puts executions right below its address', () => 'https://x.example.com/7'],
	[
		'fails to tell its addresses',
		() => {
			throw new Error('No $execution');
		},
	],
])('an n8n that %s only has those with default paths redacted', (_, evaluate) => {
	const redact = createAddressRedactor({ evaluateExpression: evaluate as () => string });
	expect(redact(`${FORM} https://x.example.com/1.mp4`)).toBe('*** https://x.example.com/1.mp4');
});
