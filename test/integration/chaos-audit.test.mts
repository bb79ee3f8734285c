import { auditOf } from '../chaos/ledger-audit.mjs';
import { tallyOf, type Failure, type Posted, type Remains } from '../chaos/tally.mjs';
import type { LedgerEntry } from '../simulator/ledger.mjs';
import type { LoggedRequest } from '../simulator/request-log.mjs';

/** A creation by item `item` of an execution, `at` milliseconds after the start. The API has accepted it. */
const creation = (
	execution: number,
	item: number,
	at: number,
	sent?: 'all' | 'part',
): LedgerEntry => ({
	kind: 'generate',
	receivedAt: at,
	key: null,
	content: { prompt: `chaos-create-${execution}-${item}` },
	digest: `${execution}-${item}`,
	accepted: true,
	cost: 1,
	taskId: `task-${execution}-${item}`,
	response: sent === undefined ? null : { endedAt: at, status: 200, code: 200, sent },
});

/** An execution of which n8n has kept nothing but an error. */
const overwritten = (createdAt: number, endedAt: number, kept: Partial<Failure> = {}): Failure => ({
	status: 'error',
	mode: 'webhook',
	createdAt,
	endedAt,
	waitTill: null,
	isParkedData: false,
	error: null,
	nodes: {},
	runs: {},
	lastNode: null,
	customData: {},
	stored: 'This execution failed to be processed too many times',
	retriedAt: null,
	...kept,
});

/** An execution that ended with an error of the node. */
const failed = (type: string, message: string, kept: Partial<Failure> = {}): Failure => ({
	...overwritten(0, 2_000),
	error: { type, message },
	stored: `{"prompts":["chaos-create-7-0","chaos-create-7-1"],"error":"${type} ${message}"}`,
	...kept,
});

const posted = (taskId: string, at: number): Posted => ({
	item: { taskId, status: 'succeeded', prompt: taskId.replace('task', 'chaos-create') },
	at,
});

const remains = (failures: readonly Failure[], items: readonly Posted[] = []): Remains => ({
	posted: items,
	failures,
});

interface Received {
	triggered: readonly Posted[];
	lookups: readonly LoggedRequest[];
}

const audit = (
	ledger: readonly LedgerEntry[],
	failures: readonly Failure[],
	{ triggered = [], lookups = [] }: Partial<Received> = {},
) =>
	auditOf({
		started: 1,
		ledger,
		lookups,
		creating: remains(failures),
		triggered: remains([], triggered),
	});

describe('the audit of a chaos run finds the task of an overwritten execution', () => {
	const task = creation(7, 0, 1_000);
	const nothing = { byCustomData: [], byTrigger: [], byLog: [] };

	test('by the custom data', () => {
		const kept = { customData: { apikleyTask1: 'task-7-0' } };
		const { foundAgain, lost } = audit([task], [overwritten(900, 2_000, kept)]);
		expect({ foundAgain, lost }).toEqual({
			foundAgain: { ...nothing, byCustomData: ['task-7-0'] },
			lost: [],
		});
	});

	test('by the trigger', () => {
		const triggered = [posted('task-7-0', 1_500)];
		const { foundAgain, lost } = audit([task], [overwritten(900, 2_000)], { triggered });
		expect({ foundAgain, lost }).toEqual({
			foundAgain: { ...nothing, byTrigger: ['task-7-0'] },
			lost: [],
		});
	});

	test.each([
		['at the time of the execution', overwritten(900, 2_000)],
		[
			'with the prompt that the execution shows',
			overwritten(0, 1, { stored: '{"prompt":"chaos-create-7-0"}' }),
		],
	])('in the log, %s', (_, failure) => {
		const { foundAgain, lost } = audit([task], [failure]);
		expect({ foundAgain, lost }).toEqual({
			foundAgain: { ...nothing, byLog: ['task-7-0'] },
			lost: [],
		});
	});
});

test('the audit of a chaos run finds a task in the log if the custom data only has others of its execution', () => {
	const ledger = [creation(7, 0, 1_000), creation(7, 1, 1_001)];
	const failures = [overwritten(900, 2_000, { customData: { apikleyTask1: 'task-7-1' } })];
	const { foundAgain, lost } = audit(ledger, failures);
	expect(foundAgain).toMatchObject({ byCustomData: ['task-7-1'], byLog: ['task-7-0'] });
	expect(lost).toEqual([]);
});

describe('the audit of a chaos run calls a task lost', () => {
	test('if no execution has failed', () => {
		expect(audit([creation(7, 0, 1_000)], []).lost).toEqual(['task-7-0']);
	});

	test('if the only execution that failed ended before', () => {
		const failures = [overwritten(0, 900)];
		expect(audit([creation(7, 0, 1_000)], failures).lost).toEqual(['task-7-0']);
	});

	test('if the execution that failed at the time holds the ID of another task', () => {
		const ledger = [creation(6, 0, 950), creation(7, 0, 1_000)];
		const failures = [overwritten(900, 2_000, { customData: { apikleyTask1: 'task-6-0' } })];
		expect(audit(ledger, failures).lost).toEqual(['task-7-0']);
	});

	test('if fewer executions have failed at the time than have lost their tasks', () => {
		const ledger = [creation(7, 0, 1_000), creation(7, 1, 1_001), creation(8, 0, 1_100)];
		const failures = [overwritten(900, 2_000)];
		const { foundAgain, lost } = audit(ledger, failures);
		expect(foundAgain.byLog).toEqual(['task-7-0', 'task-7-1']);
		expect(lost).toEqual(['task-8-0']);
	});

	test('if the node received its ID, and only names that of another item', () => {
		const ledger = [creation(7, 0, 1_000, 'all'), creation(7, 1, 1_001, 'part')];
		const failures = [
			failed('CREATION_UNCERTAIN', 'It may exist', { customData: { a: 'task-7-0' } }),
		];
		const { uncertain, lost } = audit(ledger, failures);
		expect({ uncertain, lost }).toEqual({ uncertain: 1, lost: ['task-7-0'] });
	});
});

describe('the audit of a chaos run accepts', () => {
	const ledger = [creation(7, 0, 1_000, 'all'), creation(7, 1, 1_001, 'part')];
	const uncertain = failed('CREATION_UNCERTAIN', 'It may exist');

	test('an ID in the error, along with an uncertain creation', () => {
		const failures = [failed('CREATION_UNCERTAIN', 'Created before: task-7-0')];
		expect(audit(ledger, failures)).toMatchObject({ named: 1, uncertain: 1, lost: [] });
	});

	test('an ID that the node could not keep, as it was killed', () => {
		const killed: Failure = { ...uncertain, status: 'crashed' };
		expect(audit(ledger, [killed, uncertain])).toMatchObject({ uncertain: 2, lost: [] });
	});
});

describe('the failure of an execution that creates tasks', () => {
	const lookup = (startedAt: number, fault: LoggedRequest['fault']): LoggedRequest => ({
		taskId: 'task-7-0',
		method: 'GET',
		path: '/',
		headers: {},
		startedAt,
		endedAt: startedAt,
		status: 200,
		closedByClient: false,
		fault,
	});
	const timedOut = failed('WAIT_TIMED_OUT', "Task task-7-0 isn't complete");

	test.each<[string, Failure, LoggedRequest[]?]>([
		['a kill', { ...timedOut, status: 'crashed' }],
		['a stop', { ...timedOut, status: 'canceled' }],
		[
			'a stop of the execution that it retries',
			failed('ManualExecutionCancelledError', 'The execution was cancelled manually'),
		],
		['n8n, which has overwritten it', overwritten(0, 1)],
		[
			'n8n, which has overwritten it as the database was gone',
			overwritten(0, 1, {
				stored: 'Error: timeout exceeded\\n    at Queue.onFailed (job.js:518:18)',
			}),
		],
		['an uncertain creation', failed('CREATION_UNCERTAIN', 'It may exist')],
		['a fault of the last check', timedOut, [lookup(1_000, 'none'), lookup(1_900, 'html')]],
	])('is explained by %s', (_, failure, lookups = []) => {
		expect(audit([], [failure], { lookups }).unexplained).toEqual([]);
	});

	test.each<[string, Failure, LoggedRequest[]?]>([
		['a timeout', timedOut],
		['a fault before the last check', timedOut, [lookup(1_000, 'html'), lookup(1_900, 'none')]],
		['a fault after it', timedOut, [lookup(1_900, 'none'), lookup(2_100, 'html')]],
		['another error', failed('UNREACHABLE', "Couldn't check task task-7-0")],
	])('is not explained by %s', (_, failure, lookups = []) => {
		const { error } = failure;
		expect(audit([], [failure], { lookups }).unexplained).toEqual([error?.message]);
	});
});

describe('the tally of a chaos run', () => {
	const killed: Failure = {
		...overwritten(0, 2_000),
		status: 'crashed',
		stored: '{"id":"task-1-0"}',
	};
	const tally = (failures: readonly Failure[], ...times: readonly number[]) =>
		tallyOf(
			['task-1-0'],
			remains(
				failures,
				times.map((at) => posted('task-1-0', at)),
			),
		);

	test('accepts a second item of a retry, if the attempt before was killed', () => {
		expect(tally([{ ...killed, retriedAt: 3_000 }], 1_000, 4_000).doubled).toEqual([]);
	});

	test.each([
		['an execution that did not fail', [], [1_000, 1_001]],
		['an execution that was not retried', [killed], [1_000, 1_001]],
		['an attempt before the retry', [{ ...killed, retriedAt: 3_000 }], [1_000, 1_001]],
		['a retry', [{ ...killed, retriedAt: 3_000 }], [4_000, 4_001]],
		[
			'a retry of an attempt that ended with an error',
			[failed('UNREACHABLE', 'task-1-0', { retriedAt: 3_000 })],
			[1_000, 4_000],
		],
	])('reports two items of %s', (_, failures, times) => {
		expect(tally(failures, ...times).doubled).toEqual(['task-1-0']);
	});

	test('reports an execution that ended with an error of the node', () => {
		const { failed: count, unexplained } = tally([killed, failed('UNREACHABLE', 'No response')]);
		expect({ count, unexplained }).toEqual({ count: 1, unexplained: ['No response'] });
	});
});
