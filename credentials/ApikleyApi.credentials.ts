import type {
	IAuthenticate,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	ICredentialType,
	Icon,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';

import { DEFAULT_BASE_URL, parseBaseUrl } from '../nodes/ApikleyVeo/veo/api/baseUrl';

/** No task is called so: a good key gets "not found", a wrong one is rejected. */
const NO_SUCH_TASK = 'credential-test-no-such-task';

const KEY_REJECTED = 'The API key was rejected. Get one at https://app.apikley.ru/keys';
const NOT_THE_API = 'The Base URL redirects elsewhere. Set it to the address of the API itself';
const NO_ANSWER_OF_THE_API =
	'What answered is not the API. Set the Base URL to the address of the API itself';
const BUSY =
	'The API is busy or under maintenance, so the key could not be checked. Try again later';

const REDIRECTS = [301, 302, 303, 307, 308];
const BUSY_CODES = [408, 429, 455, 500, 502, 503, 504];
/** As bodies are known to have them: numbers, and numbers as strings. */
const REJECTED = [401, 403, '401', '403'];

/** "Not found" is the good answer here, in whichever of its forms. Any other that is no success is none. */
const NOT_FOUND_STATUSES = [404, 422];
const OTHER_STATUSES = Array.from({ length: 300 }, (_, index) => 300 + index).filter(
	(status) => !NOT_FOUND_STATUSES.includes(status),
);

function responseCodeRules(codes: number[], message: string) {
	return codes.map((value) => ({ type: 'responseCode', properties: { value, message } }));
}

/** `undefined`: the answer is none of the API's. */
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
			description:
				'Your Apikley API key. Get one at <a href="https://app.apikley.ru/keys" target="_blank">app.apikley.ru/keys</a>.',
		},
		{
			displayName: 'Base URL',
			name: 'baseUrl',
			type: 'string',
			default: DEFAULT_BASE_URL,
			placeholder: DEFAULT_BASE_URL,
			description:
				'Address of the API. Change it only if you use the same API from another address. The key is sent to this address alone.',
		},
	];

	/**
	 * Adds the key to a request. Whoever uses the credential, the HTTP Request node included, the key goes
	 * to the base URL's origin alone, and not over the net in clear.
	 */
	authenticate: IAuthenticate = async (
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> => {
		const base = parseBaseUrl(credentials.baseUrl);
		if (base.kind === 'invalid') throw new Error(base.problem);
		// The HTTP Request node still speaks of a `uri`.
		const url = request.url ?? (request as { uri?: string }).uri ?? '';
		const target = new URL(url, request.baseURL);
		if (target.origin !== base.origin) {
			throw new Error(
				`This credential sends its key to ${base.origin} alone, not to ${target.origin}. Change the Base URL of the credential if that is where your API is.`,
			);
		}
		const authorization = `Bearer ${String(credentials.apiKey).trim()}`;
		request.headers = { ...request.headers, Authorization: authorization };
		// n8n's default is to carry the key along to wherever a redirect points
		request.sendCredentialsOnCrossOriginRedirect = false;
		return request;
	};

	test: ICredentialTestRequest = {
		request: {
			baseURL: '={{ String($credentials.baseUrl).trim().replace(/\\/+$/, "") }}',
			url: '/api/v1/veo/record-info',
			qs: { taskId: NO_SUCH_TASK },
			disableFollowRedirect: true,
			ignoreHttpStatusErrors: { ignore: true, except: OTHER_STATUSES },
		},
		rules: [
			...responseCodeRules([401, 403], KEY_REJECTED),
			...responseCodeRules(REDIRECTS, NOT_THE_API),
			...responseCodeRules(BUSY_CODES, BUSY),
			...bodyCodeRules(REJECTED, KEY_REJECTED),
			...bodyCodeRules(BUSY_CODES, BUSY),
			...bodyCodeRules([undefined], NO_ANSWER_OF_THE_API),
		] as NonNullable<ICredentialTestRequest['rules']>,
	};
}
