import { Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { ApikleyApi } from '../../../credentials/ApikleyApi.credentials';
import { parseBaseUrl } from '../../../nodes/ApikleyVeo/veo/api/baseUrl';
import { NODE } from '../support/fakeContext';
import { COPIED_PATHS, OTHER_PATHS } from '../support/paths';

const KEY = 'sk-example-0123456789';
const BASE_URL = 'https://api.apikley.ru';
const PATH = '/api/v1/veo/record-info';
const credential = new ApikleyApi();

type Authenticate = (
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
) => Promise<IHttpRequestOptions>;

/** The authenticated request. `request` may be of the older kind that has a `uri`. */
async function authenticate(request: object, fields: object = {}) {
	return await (credential.authenticate as Authenticate)(
		{ apiKey: KEY, baseUrl: BASE_URL, ...fields },
		request as IHttpRequestOptions,
	);
}

test('the fields are those of the contract, and say where to get a key', () => {
	expect(credential).toMatchObject({ name: 'apikleyApi', displayName: 'Apikley API' });
	expect(credential.properties).toMatchObject([
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			hint: expect.stringContaining('https://app.apikley.ru/keys'),
		},
		{ displayName: 'Base URL', name: 'baseUrl', type: 'string', default: BASE_URL },
	]);
});

describe('the key is sent', () => {
	test.each<[string, object, string]>([
		['to a url', { url: `${BASE_URL}${PATH}` }, BASE_URL],
		['to a uri', { uri: `${BASE_URL}${PATH}` }, BASE_URL],
		['to a url relative to a baseURL', { baseURL: BASE_URL, url: PATH }, BASE_URL],
		['to a baseURL without a url', { baseURL: BASE_URL }, BASE_URL],
		[
			'to a baseURL with a path',
			{ baseURL: 'https://example.com/veo', url: PATH },
			'https://example.com/veo/',
		],
		['to another path', { url: `${BASE_URL}/other?x=1#y` }, BASE_URL],
		['to the default port', { url: `${BASE_URL}:443/` }, BASE_URL],
		['to a host in capitals', { url: 'https://API.APIKLEY.RU/' }, BASE_URL],
		['over http to this machine', { url: `http://127.0.0.1:8080${PATH}` }, 'http://127.0.0.1:8080'],
		['over http to a private network', { url: 'http://10.0.0.7/' }, 'http://10.0.0.7'],
	])('%s', async (_, request, baseUrl) => {
		const sent = await authenticate(request, { baseUrl });
		expect(sent).toMatchObject({ ...request, headers: { Authorization: `Bearer ${KEY}` } });
	});

	test('along with other headers, without what was copied along with it, and not to a redirect elsewhere', async () => {
		const request = { url: `${BASE_URL}/`, headers: { Accept: 'application/json' } };
		expect(await authenticate(request, { apiKey: `\u200bBearer ${KEY}\n` })).toMatchObject({
			headers: { Accept: 'application/json', Authorization: `Bearer ${KEY}` },
			sendCredentialsOnCrossOriginRedirect: false,
		});
	});
});

describe('the key is not sent', () => {
	test.each<[string, object]>([
		['to another host', { url: 'https://cdn.example.com/video.mp4' }],
		['to a uri with another host', { uri: 'https://cdn.example.com/video.mp4' }],
		['to a subdomain', { url: 'https://x.api.apikley.ru/' }],
		['to a host that starts the same', { url: `${BASE_URL}.example.com/` }],
		['to another port', { url: `${BASE_URL}:8443/` }],
		['over http', { url: 'http://api.apikley.ru/' }],
		['to a host after a user name', { url: `${BASE_URL}@example.com/` }],
		['to a url that leaves the baseURL', { baseURL: BASE_URL, url: 'https://example.com/' }],
		['to a url without a scheme that leaves it', { baseURL: BASE_URL, url: '//example.com/' }],
		['to another baseURL', { baseURL: 'https://example.com', url: PATH }],
	])('%s', async (_, request) => {
		const error = await authenticate(request).catch((reason: unknown) => reason as Error);
		expect(error).toMatchObject({
			message: expect.stringMatching(
				/^This credential only sends its key to https:\/\/api\.apikley\.ru, not to .*Base URL/,
			),
		});
		expect(String(error)).not.toContain(KEY);
		expect(request).not.toHaveProperty('headers');
	});

	test.each([{ url: '/relative' }, { url: '' }, {}])('without an address: %j', async (request) => {
		await expect(authenticate(request)).rejects.toThrow();
		expect(request).not.toHaveProperty('headers');
	});

	test.each<[unknown, RegExp]>([
		['http://example.com', /unencrypted/],
		['', /empty/],
		[undefined, /empty/],
		['api.apikley.ru', /doesn't begin with https:\/\//],
		['https://user:pass@api.apikley.ru', /user name or password/],
	])('if the Base URL is %p', async (baseUrl, message) => {
		const request = { url: `${BASE_URL}/` };
		await expect(authenticate(request, { baseUrl })).rejects.toThrow(message);
		expect(request).not.toHaveProperty('headers');
	});

	test.each(['', ' ', undefined, 'Bearer '])('if the key is %p', async (apiKey) => {
		const request = { url: `${BASE_URL}/` };
		await expect(authenticate(request, { apiKey })).rejects.toThrow(/API Key .* is empty/);
		expect(request).not.toHaveProperty('headers');
	});
});

describe('the credential test', () => {
	const { request, rules = [] } = credential.test as Required<ICredentialTestRequest>;
	const { except } = request.ignoreHttpStatusErrors as { except: number[] };

	const messageFor = (type: string, value: unknown) =>
		rules.find((rule) => rule.type === type && rule.properties.value === value)?.properties.message;
	const messagesFor = (code: number) =>
		['responseCode', 'responseSuccessBody'].map((type) => messageFor(type, code));

	test('looks up a task that cannot exist, without following a redirect', () => {
		expect(request).toMatchObject({
			url: PATH,
			qs: { taskId: 'credential-test-no-such-task' },
			disableFollowRedirect: true,
		});
		expect(request.method ?? 'GET').toBe('GET');
	});

	test.each([
		...COPIED_PATHS.flatMap(
			(path): Array<[string, string]> => [
				[` https://api${path} `, 'https://api'],
				[`\u200b"https://api${path}"\n\u2060`, 'https://api'],
				[`https://h.io/proxy${path}`, 'https://h.io/proxy'],
			],
		),
		...['', '/', '//'].map((path) => [`https://api${path}`, 'https://api']),
		...OTHER_PATHS.map((path) => [`https://h.io${path}/`, `https://h.io${path}`]),
	])('sends its request for the Base URL %j below %s, as the node does', (baseUrl, expected) => {
		const nodeTypes = { getByName: () => ({}), getByNameAndVersion: () => ({}) } as never;
		const { expression } = new Workflow({ nodes: [], connections: {}, active: false, nodeTypes });
		const keys = { $credentials: { baseUrl } };
		const value = request.baseURL ?? '';
		expect(expression.getSimpleParameterValue(NODE, value, 'internal', keys)).toBe(expected);
		expect(parseBaseUrl(baseUrl)).toMatchObject({ url: expected });
	});

	test.each([401, 403])(
		'says for %p, as HTTP status and as code, that the key was rejected',
		(code) => {
			const rejected = expect.stringMatching(/rejected.*app\.apikley\.ru\/keys/);
			expect(messagesFor(code)).toEqual([rejected, rejected]);
			expect(messageFor('responseSuccessBody', String(code))).toEqual(rejected);
		},
	);

	test.each([408, 429, 455, 500, 502, 503, 504])(
		'says for %p, as HTTP status and as code, that the API is busy',
		(code) => {
			const busy = expect.stringMatching(/busy.*Try again later/);
			expect(messagesFor(code)).toEqual([busy, busy]);
		},
	);

	test.each([301, 302, 303, 307, 308])('says for %p that the Base URL redirects', (code) => {
		expect(messageFor('responseCode', code)).toMatch(/Base URL redirects/);
	});

	test('says for 407 that it is a proxy', () => {
		expect(messageFor('responseCode', 407)).toMatch(/proxy/);
	});

	test('says for a body without a code that it is not from the API', () => {
		expect(messageFor('responseSuccessBody', undefined)).toMatch(/isn't the Apikley API.*Base URL/);
	});

	test.each([200, 404, 422])('accepts the key after %p', (code) => {
		expect(except).not.toContain(code);
		expect(messageFor('responseSuccessBody', code)).toBeUndefined();
	});

	test.each([304, 400, 418, 451, 520])('fails after HTTP %p', (status) => {
		expect(except).toContain(status);
	});

	test('has rules only for statuses that fail it, and for the code of a body', () => {
		for (const { type, properties } of rules) {
			if (type === 'responseCode') expect(except).toContain(properties.value);
			else expect(properties).toMatchObject({ key: 'code' });
		}
	});
});
