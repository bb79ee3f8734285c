import { createTasks } from '../../../nodes/ApikleyVeo/execution/create';
import type { Problem } from '../../../nodes/ApikleyVeo/errors/problem';
import type { ParsedRequest } from '../../../nodes/ApikleyVeo/parameters/taskRequest';
import type { JsonObject } from '../../../nodes/ApikleyVeo/veo/task/coerce';
import { createSession } from '../support/createSession';
import { httpResponse, taskResponse } from '../support/fakeHttp';
import type { Reply, Script } from '../support/fakeHttp';
import { FAILED, RUNNING, SUCCEEDED } from '../support/records';

const extension = (taskId: string, additionalFields: JsonObject): ParsedRequest => ({
	kind: 'creation',
	creation: {
		endpoint: 'extend',
		fields: { taskId, prompt: 'More' },
		additionalFields,
		imageFields: [],
	},
	images: [],
	options: { wait: null, download: null, onTaskFailed: 'error', output: 'structured' },
});

/** Extends tasks at a server that refuses with this, and then has this record. With On Error: stop unless it `continues`. */
async function extendTasks(
	taskIds: readonly string[],
	refusal: Reply,
	record: Reply = httpResponse(500),
	{ continues = true, additionalFields = {} as JsonObject } = {},
) {
	const script: Script = ({ url }) => (url.includes('/extend') ? refusal : record);
	const { clock, http, session } = createSession(script, {
		stopsAtFailure: !continues,
		maxRetries: 0,
		maxConcurrency: 1,
	});
	const stopped: Problem[] = [];
	const items = await clock.finish(
		createTasks(
			session,
			taskIds.map((taskId) => extension(taskId, additionalFields)),
			(problem) => {
				if (!continues) stopped.push(problem);
			},
		),
	);
	const [first] = items;
	const problem = first?.kind === 'invalid' ? first.problem : null;
	const lookups = http.requests.filter(({ url }) => url.includes('/record-info')).length;
	return { problem, lookups, stopped, sent: http.requests.length - lookups };
}

const refuse = (msg: string, code = 422) => httpResponse(200, { code, msg, data: null });
const NOT_SUCCESS = refuse('record status is not success.');
const unknown = refuse('Record not found for taskId: veo_1');

test.each<[string, Reply, Reply | undefined, RegExp, number]>([
	['is unknown', refuse('record is null.'), undefined, /doesn't know task veo_1/, 0],
	['is unknown, with a 404', refuse('Task not found', 404), undefined, /doesn't know/, 0],
	['is too old', refuse('Only within 14 days.'), undefined, /more than 14 days old/, 0],
	['was upgraded', refuse('Already upgraded to 1080p'), undefined, /has a 1080p version/, 0],
	['is running', NOT_SUCCESS, taskResponse(RUNNING), /veo_1 is still running\. Use Wait/, 1],
	['failed', NOT_SUCCESS, taskResponse(FAILED), /veo_1 failed: Your prompt was flagged/, 1],
	['has succeeded by now', NOT_SUCCESS, taskResponse(SUCCEEDED), /says that it succeeded/, 1],
	['has no record any more', NOT_SUCCESS, unknown, /doesn't know task veo_1/, 1],
	['is running or failed', NOT_SUCCESS, undefined, /still running, or it failed/, 1],
	['failed, in another text', refuse('No'), taskResponse(FAILED), /veo_1 failed/, 1],
])('the error of an extension names the state of its task, which %s', async (...row) => {
	const [, refusal, record, advice, expectedLookups] = row;
	const { problem, lookups } = await extendTasks(['veo_1'], refusal, record);
	expect(problem).toMatchObject({
		taskId: null,
		retryable: false,
		message: expect.stringContaining('refused to extend task veo_1'),
		description: expect.stringMatching(advice),
	});
	expect(problem?.description).toMatch(/^No task was created, and nothing was paid\./);
	expect(lookups).toBe(expectedLookups);
});

test.each(['taskId', 'task_id'])('the task can be in Additional Fields as "%s"', async (name) => {
	const additionalFields = { [name]: 'veo_2' };
	const record = taskResponse(RUNNING);
	const { problem } = await extendTasks(['veo_1'], NOT_SUCCESS, record, { additionalFields });
	expect(problem?.message).toContain('refused to extend task veo_2');
});

test.each([
	['a parameter', refuse('Invalid model'), 1],
	['a spending limit', refuse('Limit reached', 433), 0],
	['the prompt', refuse('The prompt was flagged', 400), 0],
])('a refusal because of %s does not blame the task', async (_, refusal, expectedLookups) => {
	const { problem, lookups } = await extendTasks(['veo_1'], refusal, taskResponse(SUCCEEDED));
	expect(problem?.message).toContain('refused to create the task');
	expect(lookups).toBe(expectedLookups);
});

test('an unknown task does not keep others from being extended, but a missing endpoint does', async () => {
	const tasks = ['veo_1', 'veo_2', 'veo_3'];
	expect(await extendTasks(tasks, refuse('Task not found', 404))).toMatchObject({ sent: 3 });
	expect(await extendTasks(tasks, refuse('Not Found', 404))).toMatchObject({ sent: 1 });
});

test('with On Error: stop the error of the execution says it too', async () => {
	const { stopped, sent } = await extendTasks(
		['veo_1', 'veo_2'],
		NOT_SUCCESS,
		taskResponse(RUNNING),
		{ continues: false },
	);
	expect(stopped[0]?.description).toContain('is still running');
	expect(sent).toBe(1);
});
