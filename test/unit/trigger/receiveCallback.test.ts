import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { structuredItem } from '../../../nodes/ApikleyVeo/output/structuredItem';
import { fakeTaskResponse, respondByName, response } from '../support/fakeContext';
import type { Respond } from '../support/fakeContext';
import { fakeTrigger, startedWith } from '../support/fakeWebhook';
import { FAILED, RUNNING, SUCCEEDED } from '../support/records';
import { found } from '../support/requests';

/** A task that is generating at the first lookups. */
const runningFor =
	(lookups: number): Respond =>
	(_, nth) =>
		fakeTaskResponse(nth < lookups ? RUNNING : SUCCEEDED);
const succeeded: Respond = () => fakeTaskResponse(SUCCEEDED);
const down: Respond = () => response(503, 'Service Unavailable');

describe('a callback for a final task', () => {
	test.each([
		['succeeded', 'done', SUCCEEDED],
		['failed', 'failed', FAILED],
	])('(%s) starts the workflow with its structured item', async (_, taskId, record) => {
		const { callFor, lookups } = fakeTrigger({ respond: respondByName });
		const call = await callFor(taskId);
		expect(startedWith(call)).toEqual([structuredItem({ taskId }, found(parseTask(record)))]);
		expect(lookups()).toEqual([taskId]);
	});

	test('leaves the response to n8n, which sends it when it has saved the execution', async () => {
		const { callFor, clock } = fakeTrigger({ respond: succeeded });
		const { response: sent, returned } = await callFor('done');
		sent.headersSent = true;
		await clock.runAll();
		expect(sent.received).toBeNull();
		expect(returned).toMatchObject({ webhookResponse: { message: expect.any(String) } });
		expect(returned).not.toHaveProperty('noWebhookResponse');
	});

	test('starts the workflow with the data of the API if the output is raw', async () => {
		const { callFor } = fakeTrigger({ respond: succeeded, parameters: { output: 'raw' } });
		expect(startedWith(await callFor('done'))).toEqual([SUCCEEDED]);
	});

	test('adds the task ID to raw data without one', async () => {
		const refused = { code: 400, msg: 'Your prompt was flagged', data: null };
		const respond = () => response(200, refused);
		const { callFor } = fakeTrigger({ respond, parameters: { output: 'raw' } });
		expect(startedWith(await callFor('refused'))).toEqual([{ taskId: 'refused', ...refused }]);
	});

	test.each([
		['failed', ['succeeded']],
		['done', ['failed']],
	])('(%s) starts nothing if only %j are wanted', async (taskId, events) => {
		const { callFor } = fakeTrigger({ respond: respondByName, parameters: { events } });
		const call = await callFor(taskId);
		expect(startedWith(call)).toBeNull();
		expect(call.response.received).toMatchObject({ status: 200 });
	});
});

describe('a request that names no task', () => {
	test.each([
		['nothing', undefined],
		['null', null],
		['an empty text', ''],
		['text', 'hello'],
		['a list', []],
		['an empty object', {}],
		['data that is null', { data: null }],
		['an empty ID', { data: { taskId: '' } }],
		['an ID that is an object', { data: { taskId: { nested: true } } }],
		['an ID that has lost digits', { data: { taskId: 2 ** 60 } }],
		['an ID that is too long', { data: { taskId: 'x'.repeat(5_000) } }],
	])('(%s) is rejected without a lookup', async (_, body) => {
		const { call, lookups } = fakeTrigger();
		const { response: sent, returned } = await call(body);
		expect(sent.received).toMatchObject({ status: 400, at: 0 });
		expect(returned).toEqual({ noWebhookResponse: true });
		expect(lookups()).toEqual([]);
	});
});

describe('a callback for a task that the API does not know', () => {
	test('starts nothing, costs one lookup, and is logged', async () => {
		const { callFor, clock, lookups, logged } = fakeTrigger({ respond: respondByName });
		const call = await callFor('gone');
		await clock.runAll();
		expect(call.response.received).toMatchObject({ status: 404, at: 0 });
		expect(call.returned).toEqual({ noWebhookResponse: true });
		expect(lookups()).toEqual(['gone']);
		expect(logged).toEqual([expect.stringMatching(/"gone".*key belongs to the account/)]);
	});

	test('costs no other lookup for 45 s, but may be a real one after that', async () => {
		const { callFor, clock, lookups } = fakeTrigger({ respond: respondByName });
		await callFor('gone');
		await clock.advance(44);
		expect((await callFor('gone')).response.received).toMatchObject({ status: 404 });
		expect(lookups()).toHaveLength(1);
		await clock.advance(2);
		await callFor('gone');
		expect(lookups()).toHaveLength(2);
	});

	test("is not called a stranger's if it is too old", async () => {
		const respond: Respond = () =>
			response(200, { code: 422, msg: 'The record is older than 14 days', data: null });
		const { callFor, logged } = fakeTrigger({ respond });
		expect((await callFor('old')).response.received).toMatchObject({ status: 404 });
		expect(logged).toEqual([expect.stringContaining('ask "old" is more than 14 days old')]);
		expect(logged).not.toEqual([expect.stringContaining('someone else')]);
	});

	test('may be too old or unknown, if the API does not say which', async () => {
		const { callFor, logged } = fakeTrigger({ respond: respondByName });
		await callFor('gone');
		expect(logged).toEqual([expect.stringMatching(/task "gone".*14 days.*someone else/)]);
	});

	test('uses up a budget of 200 lookups, and five more each second', async () => {
		const { callFor, clock, lookups } = fakeTrigger({ respond: respondByName });
		const statuses = [];
		for (let n = 0; n < 202; n++) {
			statuses.push((await callFor(`gone-${n}`)).response.received?.status);
		}
		expect(statuses).toEqual([...Array<number>(200).fill(404), 503, 503]);
		await clock.advance(1);
		for (let n = 0; n < 7; n++) await callFor(`gone-later-${n}`);
		expect(lookups()).toHaveLength(205);
	});

	test('is logged once a minute while such callbacks are turned away', async () => {
		const { callFor, clock, logged } = fakeTrigger({ respond: respondByName });
		for (let n = 0; n < 200; n++) await callFor(`gone-${n}`);
		logged.length = 0;
		for (let n = 0; n < 3; n++) await callFor(`gone-more-${n}`);
		expect(logged).toEqual([expect.stringMatching(/turned away.*who knows the address/)]);
		await clock.advance(61);
		for (let n = 0; n < 201; n++) await callFor(`gone-again-${n}`);
		expect(logged.filter((line) => line.includes('turned away'))).toHaveLength(2);
	});

	test('does not share its budget with tasks that exist', async () => {
		const { callFor } = fakeTrigger({ respond: respondByName });
		for (let n = 0; n < 300; n++) expect(startedWith(await callFor(`done-${n}`))).toHaveLength(1);
	});
});

describe('a callback that comes before the record shows the end', () => {
	test('gets a 503 after 0.5 s, so that it is repeated after a restart of n8n, and starts the workflow once the record shows it', async () => {
		const { callFor, clock, lookups } = fakeTrigger({ respond: runningFor(3) });
		const call = await callFor('early');
		await clock.advance(0.9);
		expect(call.response.received).toMatchObject({
			status: 503,
			at: 0.5,
			headers: { 'Retry-After': 60 },
			body: { message: expect.stringContaining("isn't final yet") },
		});
		expect(call.returned).toBeNull();
		await clock.advance(10);
		expect(startedWith(call)).toHaveLength(1);
		expect(lookups()).toHaveLength(4);
		expect((await callFor('early')).response.received).toMatchObject({ status: 200 });
	});

	test('is looked up by the repeat if n8n was restarted in between', async () => {
		const before = fakeTrigger({ respond: runningFor(Infinity) });
		await before.callFor('early');
		await before.clock.advance(1);
		const after = fakeTrigger({ respond: succeeded, saved: before.saved() });
		expect(startedWith(await after.callFor('early'))).toHaveLength(1);
	});

	test('starts nothing if the record still shows none after 2 minutes, and is logged', async () => {
		const { callFor, clock, lookups, logged } = fakeTrigger({ respond: runningFor(Infinity) });
		const call = await callFor('stuck');
		await clock.runAll();
		expect(call.returnedAt).toBe(120);
		expect(call.returned).toEqual({ noWebhookResponse: true });
		expect(lookups().length).toBeLessThan(20);
		expect(logged).toEqual([
			expect.stringMatching(/ask "stuck" is not final yet after 120 s .*generating/),
		]);
	});
});

describe('while the API', () => {
	test('is slow, the caller is asked after 0.5 s to repeat the callback, and the lookup continues', async () => {
		const trigger = fakeTrigger({
			respond: async () => {
				await trigger.clock.sleep(5_000, new AbortController().signal);
				return fakeTaskResponse(SUCCEEDED);
			},
		});
		const call = await trigger.callFor('slow');
		await trigger.clock.advance(1);
		const headers = { 'Retry-After': 60 };
		expect(call.response.received).toMatchObject({ status: 503, at: 0.5, headers });
		await trigger.clock.advance(5);
		expect(startedWith(call)).toHaveLength(1);
	});

	test('is down, it is tried again for 2 minutes, and the failure is logged', async () => {
		const { callFor, clock, logged } = fakeTrigger({ respond: down });
		const call = await callFor('veo_1');
		await clock.runAll();
		expect(call.returnedAt).toBe(120);
		expect(call.response.received).toMatchObject({ status: 503, at: 0.5 });
		expect(call.returned).toEqual({ noWebhookResponse: true });
		expect(logged).toEqual([expect.stringMatching(/"veo_1".*server error 503/)]);
	});

	test('is down for a minute, the workflow starts when it is back', async () => {
		const trigger = fakeTrigger({
			respond: (...args) => (trigger.clock.seconds < 60 ? down : succeeded)(...args),
		});
		const call = await trigger.callFor('veo_1');
		await trigger.clock.runAll();
		expect(startedWith(call)).toHaveLength(1);
	});

	test('rejects the key, nothing is tried again, and the log says what to do', async () => {
		const respond: Respond = () => response(401, { code: 401, msg: 'Unauthorized' });
		const { callFor, lookups, logged } = fakeTrigger({ respond });
		expect((await callFor('veo_1')).response.received).toMatchObject({ status: 503, at: 0 });
		expect(lookups()).toHaveLength(1);
		expect(logged).toEqual([expect.stringMatching(/rejected the API key.*Check the key/)]);
	});
});

test('more than 50 lookups are not under way, as n8n needs memory for each', async () => {
	const { callFor, clock, lookups, logged } = fakeTrigger({ respond: runningFor(Infinity) });
	for (let n = 0; n < 50; n++) await callFor(`veo_${n}`);
	expect((await callFor('one more')).response.received).toMatchObject({ status: 503, at: 0 });
	await callFor('another one');
	expect(logged).toEqual([expect.stringContaining('turned away')]);
	await clock.advance(0.9);
	expect(new Set(lookups()).size).toBe(50);
	await clock.runAll();
	await callFor('later');
	expect(lookups()).toContain('later');
	await clock.runAll();
});

describe('when n8n closes the address', () => {
	test.each(['production', 'test'] as const)(
		'(%s) the lookups under way end, and start nothing',
		async (address) => {
			const mode = address === 'test' ? 'manual' : 'webhook';
			const trigger = fakeTrigger({ respond: runningFor(2), mode });
			const call = await trigger.callFor('veo_1');
			await trigger.close(address);
			expect(call.response.received).toMatchObject({ status: 503, at: 0 });
			expect(call.returned).toEqual({ noWebhookResponse: true });
			await trigger.clock.runAll();
			expect(trigger.lookups()).toHaveLength(1);
			expect(trigger.logged).toEqual([expect.stringContaining('stopped listening')]);
		},
	);

	test.each([
		['production', 'manual'],
		['test', 'webhook'],
	] as const)('(%s) those of the other address continue', async (address, mode) => {
		const trigger = fakeTrigger({ respond: runningFor(2), mode });
		const call = await trigger.callFor('veo_1');
		await trigger.close(address);
		await trigger.clock.runAll();
		expect(startedWith(call)).toHaveLength(1);
	});

	test('a request that is on its way ends as well, and one for the same task after that starts the workflow', async () => {
		const trigger = fakeTrigger({
			respond: async (_, nth) => {
				if (nth === 0) await trigger.clock.sleep(3_000, new AbortController().signal);
				return fakeTaskResponse(SUCCEEDED);
			},
		});
		const before = await trigger.callFor('veo_1');
		await trigger.close('production');
		const after = await trigger.callFor('veo_1');
		await trigger.clock.runAll();
		expect(startedWith(before)).toBeNull();
		expect(startedWith(after)).toHaveLength(1);
	});

	test('what has started stays remembered', async () => {
		const { callFor, close } = fakeTrigger({ respond: succeeded });
		await callFor('veo_1');
		await close('production');
		expect(startedWith(await callFor('veo_1'))).toBeNull();
	});

	test('for a node that was never called, nothing happens', async () => {
		await expect(fakeTrigger().close('production')).resolves.toBeUndefined();
	});
});

describe('the log', () => {
	const KEY = 'a-secret-key-of-twenty-letters';
	const RESUME = 'https://n8n.test/webhook-waiting/7/apikley-veo?signature=SIGNATURE';
	const credential = () => ({ apiKey: KEY, baseUrl: 'https://api.test' });
	const unknown: Respond = () => response(200, { code: 422, msg: 'record is null', data: null });

	test.each([
		['a task ID that is the key', KEY, unknown],
		['a long task ID that ends in the key', `${'x'.repeat(480)}${KEY}`, unknown],
		['a task ID with an address that resumes an execution', `see ${RESUME}`, unknown],
		[
			'the address that the API redirects to',
			'moved',
			() => ({
				...response(302, ''),
				headers: { location: `https://user:${KEY}@other.test/x?token=TOKEN` },
			}),
		],
	])('does not show %s', async (_, taskId, respond) => {
		const { callFor, logged } = fakeTrigger({ respond, credential });
		await callFor(taskId);
		expect(logged).toHaveLength(1);
		expect(logged.join()).not.toMatch(/a-secret-key|SIGNATURE|TOKEN/);
	});

	test('does not show the key if something unexpected is thrown', async () => {
		const { call, logged } = fakeTrigger({ credential });
		await call(new Error(`Could not read ${KEY} from ${RESUME}`));
		expect(logged).toEqual([expect.stringContaining('Could not read ***')]);
		expect(logged.join()).not.toContain('SIGNATURE');
	});

	test('does not show an address that resumes an execution if there is no credential', async () => {
		const missing = () => Promise.reject(new Error('deleted'));
		const { callFor, logged } = fakeTrigger({ credential: missing });
		await callFor(RESUME);
		expect(logged).toEqual([expect.stringContaining('task "***"')]);
	});
});

describe('a parameter', () => {
	test.each<[string, Record<string, unknown>, string]>([
		['events', { events: ['generating'] }, 'Trigger On'],
		['events, next to a right one', { events: ['succeeded', 'typo'] }, 'Trigger On'],
		['events that is empty', { events: [] }, 'Trigger On'],
		['events that is no list', { events: 'succeeded' }, 'Trigger On'],
		['events that is an expression', { events: '={{ ["failed"] }}' }, 'Trigger On'],
		['output', { output: 'xml' }, 'Output Format'],
		['output that is an expression', { output: '={{ "raw" }}' }, 'Output Format'],
		['options', { options: '={{ 3 }}' }, 'Options'],
		['ignoreRepeats', { options: { ignoreRepeats: 'no' } }, 'Ignore Repeats'],
	])(
		'with a wrong value (%s) has callbacks repeated, and is logged by name',
		async (_, parameters, label) => {
			const { callFor, lookups, logged } = fakeTrigger({ respond: succeeded, parameters });
			for (let n = 0; n < 2; n++) {
				const call = await callFor('done');
				expect(call.response.received).toMatchObject({ status: 503, at: 0 });
				expect(call.returned).toEqual({ noWebhookResponse: true });
			}
			expect(lookups()).toEqual([]);
			expect(logged).toEqual([expect.stringContaining(`${label} must`)]);
		},
	);

	test.each([
		['true', 1],
		['false', 2],
	])('ignoreRepeats may be the text "%s"', async (ignoreRepeats, executions) => {
		const parameters = { options: { ignoreRepeats } };
		const { callFor } = fakeTrigger({ respond: succeeded, parameters });
		const calls = [await callFor('veo_1'), await callFor('veo_1')];
		expect(calls.filter((call) => startedWith(call) !== null)).toHaveLength(executions);
	});
});

describe('the credential', () => {
	const counted = () => {
		const read = jest.fn(() => ({ apiKey: 'k', baseUrl: 'https://api.test' }));
		return { read, credential: read };
	};

	test('is read once a minute, however many tasks are looked up', async () => {
		const { read, credential } = counted();
		const { callFor, clock } = fakeTrigger({ respond: succeeded, credential });
		for (let n = 0; n < 20; n++) await callFor(`veo_${n}`);
		expect(read).toHaveBeenCalledTimes(1);
		await clock.advance(61);
		await callFor('later');
		expect(read).toHaveBeenCalledTimes(2);
	});

	test('is all that n8n evaluates expressions for, as it may start an engine for that', async () => {
		const { callFor, evaluated } = fakeTrigger({ respond: succeeded });
		await callFor('veo_0');
		const count = evaluated.length;
		for (let n = 1; n < 20; n++) await callFor(`veo_${n}`);
		expect(evaluated).toHaveLength(count);
	});

	test('is read once for callbacks at the same moment', async () => {
		const { read, credential } = counted();
		const { callFor, clock } = fakeTrigger({ respond: runningFor(1), credential });
		for (let n = 0; n < 20; n++) void callFor(`veo_${n}`);
		await clock.runAll();
		expect(read).toHaveBeenCalledTimes(1);
	});

	test('is read again after the API has rejected it, as the user may have mended it', async () => {
		const keys = ['wrong', 'right'];
		const credential = () => ({ apiKey: keys.shift(), baseUrl: 'https://api.test' });
		const { callFor } = fakeTrigger({
			credential,
			respond: () =>
				keys.length > 0
					? response(401, { code: 401, msg: 'Unauthorized' })
					: fakeTaskResponse(SUCCEEDED),
		});
		expect(startedWith(await callFor('veo_1'))).toBeNull();
		expect(startedWith(await callFor('veo_1'))).toHaveLength(1);
	});

	test('that could not be read is read again', async () => {
		let isThere = false;
		const credential = () =>
			isThere
				? { apiKey: 'k', baseUrl: 'https://api.test' }
				: Promise.reject(new Error('not there'));
		const { callFor } = fakeTrigger({ respond: succeeded, credential });
		expect(startedWith(await callFor('veo_1'))).toBeNull();
		isThere = true;
		expect(startedWith(await callFor('veo_1'))).toHaveLength(1);
	});

	test('is read when the user has chosen another one', async () => {
		const { read, credential } = counted();
		const trigger = fakeTrigger({ respond: succeeded, credential });
		await trigger.callFor('veo_1');
		trigger.choose('another credential');
		await trigger.callFor('veo_2');
		expect(read).toHaveBeenCalledTimes(2);
	});
});

describe('n8n', () => {
	test('cannot respond any more after the caller has been asked to repeat the callback', async () => {
		const { callFor, clock } = fakeTrigger({ respond: succeeded });
		const { response: sent, returned } = await callFor('done');
		expect(returned?.workflowData).toHaveLength(1);
		// n8n has no slot for the execution
		await clock.advance(1);
		expect(sent.received).toMatchObject({ status: 503, at: 0.5 });
		expect(() => {
			sent.setHeader();
			sent.end('{}');
		}).not.toThrow();
		expect(sent.received).toMatchObject({ status: 503 });
	});

	test.each([
		[
			'has no credential for the node',
			{ credential: () => Promise.reject(new Error('deleted')) },
			{},
		],
		[
			'has a credential without an address',
			{ credential: () => ({ apiKey: 'k', baseUrl: '' }) },
			{},
		],
		[
			'has a credential without a key',
			{ credential: () => ({ apiKey: '', baseUrl: 'https://api.example.com' }) },
			{},
		],
		['cannot read the request', {}, new Error('Request is missing')],
	])('(which %s) starts no execution, as the webhook never throws', async (_, run, body) => {
		const { call, logged } = fakeTrigger(run);
		const { response: sent, returned } = await call(
			body instanceof Error ? body : { data: { taskId: 'veo_1' } },
		);
		expect(returned).toEqual({ noWebhookResponse: true });
		expect(sent.received).toMatchObject({ status: 503 });
		expect(logged).toHaveLength(1);
	});
});

describe('a task that is named again', () => {
	test('while it is looked up, is looked up once, and starts the workflow once', async () => {
		const { callFor, clock, lookups } = fakeTrigger({ respond: runningFor(1) });
		const calls = [await callFor('veo_1'), await callFor('veo_1'), await callFor('veo_1')];
		await clock.runAll();
		expect(calls.map((call) => startedWith(call)?.length ?? 0)).toEqual([1, 0, 0]);
		expect(lookups()).toHaveLength(2);
	});

	test('while it is looked up, lets n8n go when its caller has a response', async () => {
		const { callFor, clock } = fakeTrigger({ respond: runningFor(4) });
		const first = await callFor('veo_1');
		const repeat = await callFor('veo_1');
		await clock.advance(1);
		expect(repeat.returned).toEqual({ noWebhookResponse: true });
		expect(first.returned).toBeNull();
		await clock.runAll();
		expect(startedWith(first)).toHaveLength(1);
	});

	test('after it has started the workflow, starts nothing and is not looked up', async () => {
		const { callFor, lookups } = fakeTrigger({ respond: succeeded });
		await callFor('veo_1');
		const again = await callFor('veo_1');
		expect(startedWith(again)).toBeNull();
		expect(again.response.received).toMatchObject({ status: 200, at: 0 });
		expect(lookups()).toHaveLength(1);
	});

	test('after a restart, starts nothing either', async () => {
		const before = fakeTrigger({ respond: succeeded });
		await before.callFor('veo_1');
		const after = fakeTrigger({ respond: succeeded, saved: before.saved() });
		expect(startedWith(await after.callFor('veo_1'))).toBeNull();
		expect(startedWith(await after.callFor('veo_2'))).toHaveLength(1);
		expect(Object.keys(after.saved().started as object)).toEqual(['veo_1', 'veo_2']);
	});

	test('is saved with all that have started by the time n8n saves it', async () => {
		const { callFor } = fakeTrigger({ respond: succeeded });
		const waitingForASlot = await callFor('veo_1');
		await callFor('veo_2');
		expect(Object.keys(waitingForASlot.saved.started as object)).toEqual(['veo_1', 'veo_2']);
	});

	test('is saved by the next call, even one that starts nothing, if n8n has not saved it yet', async () => {
		const { callFor, saved } = fakeTrigger({ respond: respondByName });
		await callFor('done');
		delete saved().started;
		await callFor('gone');
		expect(Object.keys(saved().started as object)).toEqual(['done']);
	});

	test('is saved again if another process has saved its own tasks over it', async () => {
		const { callFor, saved } = fakeTrigger({ respond: succeeded });
		await callFor('veo_1');
		saved().started = { veo_2: 1 };
		await callFor('veo_1');
		expect(Object.keys(saved().started as object).sort()).toEqual(['veo_1', 'veo_2']);
	});

	test.each([
		['says so', 0, 500],
		['takes so long that the caller has a 503', 1, 503],
	])('starts the workflow if n8n can not save the execution, and %s', async (...row) => {
		const [, seconds, status] = row;
		const { callFor, clock } = fakeTrigger({ respond: succeeded });
		const call = await callFor('veo_1');
		await clock.advance(seconds);
		// n8n saves the started tasks, the other one too
		await callFor('veo_2');
		call.response.fail();
		expect(call.response.received).toMatchObject({ status });
		expect(startedWith(await callFor('veo_1'))).toHaveLength(1);
		expect((await callFor('veo_1')).response.received).toMatchObject({ status: 200 });
	});

	test('starts the workflow again if repeats are not ignored', async () => {
		const parameters = { options: { ignoreRepeats: false } };
		const { callFor, saved } = fakeTrigger({ respond: succeeded, parameters });
		for (let n = 0; n < 3; n++) expect(startedWith(await callFor('veo_1'))).toHaveLength(1);
		expect(saved()).toEqual({});
	});

	test('starts the workflow again in a test in the editor', async () => {
		const { callFor, saved } = fakeTrigger({ respond: succeeded, mode: 'manual' });
		for (let n = 0; n < 2; n++) expect(startedWith(await callFor('veo_1'))).toHaveLength(1);
		expect(saved()).toEqual({});
	});
});
