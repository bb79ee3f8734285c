import { CREDIT_PATH } from '../simulator/endpoints/credit.mjs';
import { runAsTool } from './support/agent.mjs';
import { credential, jsonOf, run, simulator, useSimulator } from './support/simulated.mjs';

useSimulator();

const parameters = { resource: 'account', operation: 'getCredits', options: { maxRetries: 0 } };
const items = [{}, {}, {}];
const CONTINUE = 'continueRegularOutput';

test('Get Credits has the balance on each item, with one request for all', async () => {
	simulator.setOptions({ credits: 5916.25 });
	const { outputs } = await run({ items, parameters });
	expect(outputs[0]).toEqual(
		[0, 1, 2].map((item) => ({ json: { credits: 5916.25 }, pairedItem: { item } })),
	);
	expect(simulator.requests().map(({ path }) => path)).toEqual([CREDIT_PATH]);
});

test('Get Credits has one output, also if Outputs is left over from another operation', async () => {
	const { outputs } = await run({ items, parameters: { ...parameters, outputMode: 'byStatus' } });
	expect(outputs.map(({ length }) => length)).toEqual([3]);
});

test.each<[string, number, string]>([
	['a rejected key', 401, 'Unauthorized'],
	['missing credits', 402, 'Insufficient credits'],
	['a spending limit', 433, 'Limit reached'],
	['no such endpoint', 404, 'Not Found'],
	['a server that is down', 503, 'Unavailable'],
])('%s is the problem of each item, after one request', async (_, code, msg) => {
	simulator.setPathFaults(CREDIT_PATH, [{ kind: 'code', code, msg, times: 'always' }]);
	const result = await run({ items, parameters, onError: CONTINUE });
	expect(jsonOf(result)).toEqual(
		items.map(() => ({ taskId: null, code, message: expect.stringMatching(/credits/) as string })),
	);
	expect(jsonOf(result)[0]?.message).not.toMatch(/\btask\b|prompt/i);
	expect(simulator.requests()).toHaveLength(1);
});

test('with On Error: stop a rejected key is the error', async () => {
	const wrong = { ...credential(), apiKey: 'wrong' };
	const { error } = await run({ items, parameters, credential: wrong });
	expect(error).toMatchObject({ type: '401' });
});

test('Max Retries says how often the request is sent again', async () => {
	const fault = { kind: 'status', status: 503, retryAfterSeconds: 0.01, times: 'always' } as const;
	simulator.setPathFaults(CREDIT_PATH, [fault]);
	const { error } = await run({ items, parameters: { ...parameters, options: { maxRetries: 2 } } });
	expect(error).toMatchObject({ type: '503' });
	expect(simulator.requests()).toHaveLength(3);
});

test.each([
	['a credential', null, 'CREDENTIAL_UNAVAILABLE'],
	['a valid Base URL', { apiKey: 'k', baseUrl: 'http://api.apikley.ru' }, 'INVALID_INPUT'],
])('without %s the error is about the credits, and not about a task', async (...row) => {
	const [, missing, type] = row;
	const { error } = await run({ items, parameters, credential: missing });
	expect(error).toMatchObject({ type, message: expect.stringContaining('get the credits') });
	expect(error?.description).not.toMatch(/task|paid/);
});

test('as a tool Get Credits responds with the balance', async () => {
	simulator.setOptions({ credits: 12 });
	const { response } = await runAsTool(parameters, {}, credential());
	expect(response).toEqual([{ credits: 12 }]);
});
