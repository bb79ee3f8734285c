import type {
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	IHttpRequestOptions,
} from 'n8n-workflow';

import { ApikleyApi } from '../../../credentials/ApikleyApi.credentials';

const KEY = 'sk-example-0123456789';
const credential = new ApikleyApi();

type Authenticate = (
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
) => Promise<IHttpRequestOptions>;

/** The request as it goes out. `request` may be of the older kind that has a `uri`. */
async function send(request: object, baseUrl: unknown = 'https://api.apikley.ru', apiKey = KEY) {
	const authenticate = credential.authenticate as Authenticate;
	return await authenticate(
		{ apiKey, baseUrl } as ICredentialDataDecryptedObject,
		request as IHttpRequestOptions,
	);
}

const PATH = '/api/v1/veo/record-info';

describe('its fields', () => {
	test("are the contract's", () => {
		expect(credential).toMatchObject({ name: 'apikleyApi', displayName: 'Apikley API' });
		expect(credential.properties).toMatchObject([
			{
				displayName: 'API Key',
				name: 'apiKey',
				type: 'string',
				typeOptions: { password: true },
				required: true,
				default: '',
			},
			{
				displayName: 'Base URL',
				name: 'baseUrl',
				type: 'string',
				default: 'https://api.apikley.ru',
			},
		]);
	});

	test('the key field says where to get one', () => {
		expect(credential.properties[0]?.description).toContain('https://app.apikley.ru/keys');
	});
});

describe("the key is sent to the base URL's origin", () => {
	test.each<[string, object, string]>([
		['url', { url: `https://api.apikley.ru${PATH}` }, 'https://api.apikley.ru'],
		['uri', { uri: `https://api.apikley.ru${PATH}` }, 'https://api.apikley.ru'],
		['baseURL and url', { baseURL: 'https://api.apikley.ru', url: PATH }, 'https://api.apikley.ru'],
		['baseURL alone', { baseURL: 'https://api.apikley.ru' }, 'https://api.apikley.ru'],
		[
			'baseURL with a path',
			{ baseURL: 'https://example.com/veo', url: PATH },
			'https://example.com/veo/',
		],
		['another path', { url: 'https://api.apikley.ru/other?x=1#y' }, 'https://api.apikley.ru'],
		['the default port', { url: 'https://api.apikley.ru:443/' }, 'https://api.apikley.ru'],
		['capitals', { url: 'https://API.APIKLEY.RU/' }, 'https://api.apikley.ru'],
		['http on this machine', { url: `http://127.0.0.1:8080${PATH}` }, 'http://127.0.0.1:8080'],
		['http in a private network', { url: 'http://10.0.0.7/' }, 'http://10.0.0.7'],
	])('%s', async (_, request, baseUrl) => {
		const sent = await send(request, baseUrl);
		expect(sent).toMatchObject({ ...request, headers: { Authorization: `Bearer ${KEY}` } });
	});

	test('beside the headers that were there', async () => {
		const request = { url: 'https://api.apikley.ru/', headers: { Accept: 'application/json' } };
		expect((await send(request)).headers).toEqual({
			Accept: 'application/json',
			Authorization: `Bearer ${KEY}`,
		});
	});

	test('without the blanks that were copied along', async () => {
		const url = 'https://api.apikley.ru/';
		const sent = await send({ url }, 'https://api.apikley.ru', ` ${KEY}\n`);
		expect(sent.headers?.Authorization).toBe(`Bearer ${KEY}`);
	});

	test('and not on with a redirect to elsewhere', async () => {
		const sent = await send({ url: 'https://api.apikley.ru/' });
		expect(sent.sendCredentialsOnCrossOriginRedirect).toBe(false);
	});
});

describe('the key is not sent', () => {
	test.each<[string, object]>([
		['to another host', { url: 'https://cdn.example.com/video.mp4' }],
		['to another host as uri', { uri: 'https://cdn.example.com/video.mp4' }],
		['to a subdomain', { url: 'https://x.api.apikley.ru/' }],
		['to a host that begins the same', { url: 'https://api.apikley.ru.example.com/' }],
		['to another port', { url: 'https://api.apikley.ru:8443/' }],
		['over http', { url: 'http://api.apikley.ru/' }],
		['to a host behind a user name', { url: 'https://api.apikley.ru@example.com/' }],
		[
			'to an url that leaves the baseURL',
			{ baseURL: 'https://api.apikley.ru', url: 'https://example.com/' },
		],
		[
			'to an url without scheme that does',
			{ baseURL: 'https://api.apikley.ru', url: '//example.com/' },
		],
		['to a baseURL elsewhere', { baseURL: 'https://example.com', url: PATH }],
	])('%s', async (_, request) => {
		const rejected = await send(request).then(
			() => null,
			(error: unknown) => error as Error,
		);
		expect(rejected?.message).toMatch(
			/^This credential sends its key to https:\/\/api\.apikley\.ru alone, not to .*Base URL/,
		);
		expect(rejected?.message).not.toContain(KEY);
		expect(request).not.toHaveProperty('headers');
	});

	test.each([{ url: '/relative' }, { url: '' }, {}])(
		'nowhere in particular: %p',
		async (request) => {
			await expect(send(request)).rejects.toThrow();
			expect(request).not.toHaveProperty('headers');
		},
	);

	test.each<[unknown, RegExp]>([
		['http://api.apikley.ru', /in clear/],
		['http://example.com', /in clear/],
		['', /empty/],
		[undefined, /empty/],
		['api.apikley.ru', /must begin with https:\/\//],
		['https://user:pass@api.apikley.ru', /user name or password/],
	])('where the Base URL is %p', async (baseUrl, message) => {
		const request = { url: 'https://api.apikley.ru/' };
		// A default would stand in for undefined.
		const authenticate = credential.authenticate as Authenticate;
		const given = { apiKey: KEY, baseUrl } as ICredentialDataDecryptedObject;
		await expect(authenticate(given, request)).rejects.toThrow(message);
		expect(request).not.toHaveProperty('headers');
	});
});

describe('the credential test', () => {
	const { request, rules = [] } = credential.test as Required<ICredentialTestRequest>;

	const messageFor = (type: string, value: unknown) =>
		rules.find((rule) => rule.type === type && rule.properties.value === value)?.properties.message;

	test('looks up a task that cannot exist', () => {
		expect(request).toMatchObject({ url: PATH, qs: { taskId: 'credential-test-no-such-task' } });
		expect(request.method ?? 'GET').toBe('GET');
	});

	test('does not carry the key across a redirect', () => {
		expect(request.disableFollowRedirect).toBe(true);
	});

	test.each([401, 403])('%p, as HTTP status and in the body: the key was rejected', (code) => {
		expect(messageFor('responseCode', code)).toMatch(/rejected.*app\.apikley\.ru\/keys/);
		expect(messageFor('responseSuccessBody', code)).toMatch(/rejected.*app\.apikley\.ru\/keys/);
	});

	test.each([408, 429, 455, 500, 502, 503, 504])('%p, either way: busy, not a good key', (code) => {
		expect(messageFor('responseCode', code)).toMatch(/busy.*Try again later/);
		expect(messageFor('responseSuccessBody', code)).toMatch(/busy.*Try again later/);
	});

	test.each([301, 302, 303, 307, 308])('%p: the Base URL is not the API', (code) => {
		expect(messageFor('responseCode', code)).toMatch(/Base URL redirects/);
	});

	const { except } = request.ignoreHttpStatusErrors as { except: number[] };

	test.each([200, 404, 422])('%p: the key is good', (code) => {
		expect(except).not.toContain(code);
		expect(messageFor('responseSuccessBody', code)).toBeUndefined();
	});

	test.each([304, 400, 401, 418, 429, 451, 500, 520])('HTTP %p is no good answer', (status) => {
		expect(except).toContain(status);
	});

	test('every status that has a message of its own gets there', () => {
		for (const { type, properties } of rules) {
			if (type === 'responseCode') expect(except).toContain(properties.value);
		}
	});

	test.each(['401', '403'])('code %p as text: the key was rejected', (code) => {
		expect(messageFor('responseSuccessBody', code)).toMatch(/rejected/);
	});

	test('an answer without a code, such as a web page, is not of the API', () => {
		expect(messageFor('responseSuccessBody', undefined)).toMatch(/not the API.*Base URL/);
	});

	test('rules on the body look at its code', () => {
		for (const { type, properties } of rules) {
			if (type === 'responseSuccessBody') expect(properties).toMatchObject({ key: 'code' });
		}
	});
});
