import { auditOf } from '../chaos/ledger-audit.mjs';
import type { Remains } from '../chaos/tally.mjs';
import type { Execution } from '../n8n-harness/execution.mjs';
import type { LedgerEntry } from '../simulator/ledger.mjs';

/** A creation by item `item` of an execution, `at` milliseconds after the start. The API has accepted it. */
const creation = (execution: number, item: number, at: number): LedgerEntry => ({
	kind: 'generate',
	receivedAt: at,
	key: null,
	content: { prompt: `chaos-create-${execution}-${item}` },
	digest: `${execution}-${item}`,
	accepted: true,
	cost: 1,
	taskId: `task-${execution}-${item}`,
	response: null,
});

/** An execution of which n8n has kept nothing but an error. */
const overwritten = (createdAt: number, endedAt: number, kept: Partial<Execution> = {}) => ({
	status: 'error' as const,
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
	...kept,
});

const remains = (failures: readonly Execution[], posted: Remains['posted'] = []): Remains => ({
	posted,
	failures,
	retried: new Set(),
});

const audit = (
	ledger: readonly LedgerEntry[],
	failures: readonly Execution[],
	triggered: Remains['posted'] = [],
) =>
	auditOf({
		started: 1,
		ledger,
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
		const item = { taskId: 'task-7-0', status: 'succeeded', prompt: 'chaos-create-7-0' };
		const { foundAgain, lost } = audit([task], [overwritten(900, 2_000)], [item]);
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
});
