import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { checkApiKey, cleanApiKey, KEYS_PAGE } from '../nodes/ApikleyVeo/veo/api/apiKey';
import { DEFAULT_BASE_URL, parseBaseUrl } from '../nodes/ApikleyVeo/veo/api/baseUrl';
import { BUSY_STATUSES, REDIRECT_STATUSES } from '../nodes/ApikleyVeo/veo/api/statusCodes';

/** There is no such task: a valid key gets "not found", a wrong one is rejected. */
const NO_SUCH_TASK = 'credential-test-no-such-task';

const KEY_REJECTED = `The API key was rejected. Get one at ${KEYS_PAGE}`;
const REDIRECTED = 'The Base URL redirects elsewhere. Set it to the address of the API itself';
const NOT_APIKLEY = "The server at this address isn't the Apikley API. Check the Base URL";
const PROXY =
	'A proxy between n8n and the API requires a login. Check the proxy settings of this n8n';
const BUSY =
	'The API is busy or under maintenance, so the key could not be checked. Try again later';

/** Bodies are known to have these codes as numbers and as strings. */
const REJECTED = [401, 403, '401', '403'];

/** A valid key gets "not found", as HTTP 404, HTTP 422 or a body code. Any other error status fails the test. */
const NOT_FOUND_STATUSES = [404, 422];
const OTHER_STATUSES = Array.from({ length: 300 }, (_, index) => 300 + index).filter(
	(status) => !NOT_FOUND_STATUSES.includes(status),
);

/** What the node removes around the Base URL, in a form for an expression: blanks, invisible characters and quotes. */
const COPIED = '[\\s\\p{Cc}\\p{Cf}"\'`“”„‘’«»]+';

function responseCodeRules(codes: number[], message: string) {
	return codes.map((value) => ({ type: 'responseCode', properties: { value, message } }));
}

/** `undefined` stands for a body without a code, which is not from the API. */
function bodyCodeRules(codes: Array<number | string | undefined>, message: string) {
	return codes.map((value) => ({
		type: 'responseSuccessBody',
		properties: { key: 'code', value, message },
	}));
}

export class ApikleyApi implements ICredentialType {
	name = 'apikleyApi';

	displayName = 'Apikley API';

	icon: Icon = {
		light: 'file:../nodes/ApikleyVeo/apikley.svg',
		dark: 'file:../nodes/ApikleyVeo/apikley.dark.svg',
	};

	documentationUrl =
		'https://github.com/n8n-nodes-apikley/n8n-nodes-apikley#connect-your-apikley-account';

	properties: INodeProperties[] = [
		{
			displayName: 'API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			// Unlike a description, it is visible without hovering
			hint: 'Get a key at <a href="https://app.apikley.ru/keys" target="_blank">app.apikley.ru/keys</a>',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			placeholder: DEFAULT_BASE_URL,
			description:
				'Address of the API. Only change it if you use the same API at another address. The key is only sent to this address.',
		},
	];

	/**
	 * Adds the key to a request. Whichever node uses the credential, even the HTTP Request node, the key is only sent to
	 * the base URL's origin, and never unencrypted over the internet.
	 */
	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const base = parseBaseUrl(credentials.baseUrl);
		if (base.kind === 'invalid') throw new Error(`${base.message} ${base.advice}`);
		const noKey = checkApiKey(credentials.apiKey);
		if (noKey !== null) throw new Error(`${noKey.message} ${noKey.advice}`);
		// The HTTP Request node still calls it `uri`
		const url = request.url ?? (request as { uri?: string }).uri ?? '';
		const target = new URL(url, request.baseURL);
		if (target.origin !== base.origin) {
			throw new Error(
				`This credential only sends its key to ${base.origin}, not to ${target.origin}. If your API is at ${target.origin}, change the credential's Base URL.`,
			);
		}
		const authorization = `Bearer ${cleanApiKey(credentials.apiKey)}`;
		request.headers = { ...request.headers, Authorization: authorization };
		// By default n8n sends the key to wherever a redirect points
		request.sendCredentialsOnCrossOriginRedirect = false;
		return request;
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL:
				`={{ String($credentials.baseUrl).replace(/^${COPIED}|${COPIED}$/gu, "")` +
				'.replace(/(?<!\\/)(\\/api(\\/v1(\\/veo(\\/.*)?)?)?)?\\/*$/i, "") }}',
			url: '/api/v1/veo/record-info',
			qs: { taskId: NO_SUCH_TASK },
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: { ignore: true, except: OTHER_STATUSES },
		},
		rules: [
			...responseCodeRules([401, 403], KEY_REJECTED),
			...responseCodeRules(REDIRECT_STATUSES, REDIRECTED),
			...responseCodeRules([407], PROXY),
			...responseCodeRules(BUSY_STATUSES, BUSY),
			...bodyCodeRules(REJECTED, KEY_REJECTED),
			...bodyCodeRules(BUSY_STATUSES, BUSY),
			...bodyCodeRules([undefined], NOT_APIKLEY),
		] as NonNullable<ICredentialTestRequest['rules']>,
	};
}
