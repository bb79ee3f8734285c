import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { CreationNotes } from '../../../nodes/ApikleyVeo/n8n/creationNotes';
import { fakeContext } from '../support/fakeContext';
import type { FakeRun } from '../support/fakeContext';

const request = { prompt: 'A dog' };
const created = (taskId: string) => ({ kind: 'created', taskId }) as const;

function openNotes(run: FakeRun = {}, execution: object = {}) {
	const { context } = fakeContext(run);
	return new CreationNotes(Object.assign(context, execution) as IExecuteFunctions);
}

/** Through n8n's database. */
const saved = (nodeContext: IDataObject) => JSON.parse(JSON.stringify(nodeContext)) as IDataObject;

test('a note is there again after n8n has saved the execution', () => {
	const nodeContext: IDataObject = {};
	const notes = openNotes({ nodeContext });
	const [a, b, c] = [0, 1, 2].map((itemIndex) => notes.nameOf({ itemIndex, request })) as [
		string,
		string,
		string,
	];
	notes.set(a, created('new'));
	notes.set(b, { kind: 'sent', token: 't' });
	notes.set(c, { kind: 'sent', token: 't' });
	notes.set(c, { kind: 'none' });
	const again = openNotes({ nodeContext: saved(nodeContext) });
	expect([a, b, c].map((name) => again.get(name))).toEqual([
		created('new'),
		{ kind: 'sent', token: 't' },
		{ kind: 'none' },
	]);
	expect([notes.count, again.count]).toEqual([2, 2]);
});

test('knows the tasks of its run, whatever was requested, but not those of other runs', () => {
	const nodeContext: IDataObject = {};
	for (const runIndex of [0, 1, 10]) {
		const notes = openNotes({ nodeContext, runIndex });
		notes.set(notes.nameOf({ itemIndex: 0, request }), created(`task of run ${runIndex}`));
		notes.set(notes.nameOf({ itemIndex: 0, request: runIndex }), created(`other ${runIndex}`));
		notes.set(notes.nameOf({ itemIndex: 1, request }), { kind: 'sent', token: 't' });
	}
	const again = openNotes({ nodeContext: saved(nodeContext), runIndex: 1 });
	expect(again.createdTaskIds).toEqual(['task of run 1', 'other 1']);
	const asTool = openNotes({ nodeContext, runIndex: 1 }, { getNextRunIndex: () => 1 });
	asTool.set(asTool.nameOf({ itemIndex: 0, request }), created('task of a call'));
	expect(asTool.createdTaskIds).toEqual([]);
});

test('a node without creations leaves nothing in its context', () => {
	const nodeContext: IDataObject = {};
	const notes = openNotes({ nodeContext });
	expect(notes.get(notes.nameOf({ itemIndex: 0, request }))).toEqual({ kind: 'none' });
	expect([nodeContext, notes.count]).toEqual([{}, 0]);
});

test('each run, item and request has a name of its own', () => {
	const keys = [
		[0, 0, request],
		[1, 0, request],
		[0, 1, request],
		[0, 10, request],
		[10, 0, request],
		[0, 0, { prompt: 'A cat' }],
	] as const;
	const nameOf = ([runIndex, itemIndex, each]: (typeof keys)[number]) =>
		openNotes({ runIndex }).nameOf({ itemIndex, request: each });
	expect(new Set(keys.map(nameOf)).size).toBe(keys.length);
	expect(new Set([...keys, ...keys].map(nameOf)).size).toBe(keys.length);
});

test('a run that n8n made up after a crash does not count', () => {
	const recovered = { data: { main: [[{ json: { isArtificialRecoveredEventItem: true } }]] } };
	// n8n leaves it there if another node comes later in the workflow's JSON
	const crashed = { executionStatus: 'crashed', error: {} };
	const real = { data: { main: [[{ json: {} }]] } };
	const runs = (...list: object[]) => ({
		runExecutionData: { resultData: { runData: { 'Apikley Veo': list } } },
	});
	const name = (runIndex: number, execution = {}) =>
		openNotes({ runIndex }, execution).nameOf({ itemIndex: 0, request });
	expect(name(1, runs(recovered))).toBe(name(0));
	expect(name(1, runs(crashed))).toBe(name(0));
	expect(name(2, runs(recovered, real))).toBe(name(1));
	expect(name(2, runs(crashed, real))).toBe(name(1));
	expect(name(1, runs(real))).toBe(name(1));
	expect(name(1, runs({}))).toBe(name(1));
	expect(name(1, { runExecutionData: null })).toBe(name(1));
});

test('n8n runs each try of a tool as a run of its own, so the same request is the same creation', () => {
	const asTool = { getNextRunIndex: () => 1 };
	const names = [0, 1].map((runIndex) =>
		openNotes({ runIndex }, asTool).nameOf({ itemIndex: 0, request }),
	);
	expect(names[0]).toBe(names[1]);
	expect(names[0]).not.toBe(openNotes().nameOf({ itemIndex: 0, request }));
});

test('without an execution to save, notes are kept for the run', () => {
	const notes = openNotes(
		{},
		{
			getContext: () => {
				throw new Error('The execution data is not there');
			},
		},
	);
	notes.set('a', created('new'));
	expect([notes.get('a'), notes.count]).toEqual([created('new'), 1]);
});
