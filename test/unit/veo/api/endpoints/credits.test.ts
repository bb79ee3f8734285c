import { getCredits } from '../../../../../nodes/ApikleyVeo/execution/credits';
import type { FailFast } from '../../../../../nodes/ApikleyVeo/execution/run';
import { createSession } from '../../../support/createSession';
import { apiError, httpResponse, networkError, sequence } from '../../../support/fakeHttp';
import type { Reply } from '../../../support/fakeHttp';

async function creditsAfter(replies: readonly [Reply, ...Reply[]], failFast: FailFast = () => {}) {
	const { clock, http, session } = createSession(sequence(...replies));
	const outcomes = await clock.finish(getCredits(session, 3, failFast));
	return { outcomes, requests: http.requests };
}

const balance = (data: unknown) => httpResponse(200, { code: 200, msg: 'success', data });

test.each<[unknown, number]>([
	[100, 100],
	[5916.25, 5916.25],
	['12', 12],
	[0, 0],
])('the balance %j is on each item, after one request', async (data, credits) => {
	const { outcomes, requests } = await creditsAfter([balance(data)]);
	expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ kind: 'credits', credits })));
	expect(requests).toMatchObject([{ method: 'GET' }]);
	expect(new URL(requests[0]!.url).pathname).toBe('/api/v1/chat/credit');
});

test('a response without a number is requested again', async () => {
	const { outcomes } = await creditsAfter([balance(null), balance(7)]);
	expect(outcomes[0]).toEqual({ kind: 'credits', credits: 7 });
});

test('a response without a number is an error that says so', async () => {
	const { outcomes } = await creditsAfter([balance(null)]);
	const message = expect.stringContaining('no number of credits') as string;
	expect(outcomes[0]).toMatchObject({ problem: { message } });
});

test("an error that isn't the API's is requested again", async () => {
	const gateway = httpResponse(403, { error: 'Forbidden' });
	const { outcomes } = await creditsAfter([gateway, balance(7)]);
	expect(outcomes[0]).toEqual({ kind: 'credits', credits: 7 });
});

test.each<[string, Reply, number | string]>([
	['a rejected key', apiError(401), 401],
	['missing credits', httpResponse(200, { code: 402, msg: 'Credits insufficient' }), 402],
	['missing credits, with code 500', httpResponse(200, { code: 500, msg: 'No credits left' }), 402],
	['missing credits, with code 200', httpResponse(200, { code: 200, msg: 'No credits left' }), 402],
	['another refusal', apiError(433), 433],
	['a refusal with a number', httpResponse(200, { code: 433, msg: 'No', data: 5 }), 433],
	['an API that is down', apiError(503), 503],
	['a network that is down', networkError('refused'), 'UNREACHABLE'],
])('%s is a problem of each item', async (_, reply, code) => {
	const { outcomes } = await creditsAfter([reply]);
	expect(outcomes).toHaveLength(3);
	for (const outcome of outcomes) {
		expect(outcome).toMatchObject({ kind: 'problem', problem: { code, taskId: null } });
	}
});

test('with On Error: stop, the first item fails', async () => {
	const failed: Array<[unknown, number]> = [];
	await creditsAfter([apiError(401)], ({ code }, itemIndex) => failed.push([code, itemIndex]));
	expect(failed).toEqual([[401, 0]]);
});

test('nothing is on the items of an execution that was stopped', async () => {
	const { clock, session } = createSession(sequence(apiError(503)));
	const credits = getCredits(session, 1, () => {});
	await clock.advance(0.5);
	session.close();
	expect(await clock.finish(credits)).toEqual([{ kind: 'aborted' }]);
});

test('without a session the problem says so', async () => {
	const problem = { code: 'X', message: '', description: '', retryable: true, taskId: null };
	const outcomes = await getCredits(
		() => problem,
		1,
		() => {},
	);
	expect(outcomes).toEqual([{ kind: 'problem', problem, task: null }]);
});
