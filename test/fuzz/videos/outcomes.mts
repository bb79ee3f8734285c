/** What may become of an item whose videos are wanted. */
import type { Outcome } from '../expected-outcomes.mjs';
import type { Evidence } from '../run-scenario.mjs';
import { numberOf } from '../scenario-queries.mjs';
import type { Script } from '../scenario.mjs';
import { fatesOf, type Fate } from './expected-downloads.mjs';
import type { VideoName } from './files.mjs';

/** The videos that are to be downloaded of a task that has succeeded; null where none are wanted. */
export function wantedOf({ operation, tasks }: Script, taskId: string): VideoName[] | null {
	const task = numberOf(taskId);
	const { wanted, source, ...lists } = tasks[task]!.download;
	if (operation === 'getStatus' || (operation === 'waitUntilComplete' && !wanted)) return null;
	return lists[source].map((_, index) => ({ task, list: source, index }));
}

/** `known`: the same without any videos. */
export function withVideos(evidence: Evidence, taskId: string, known: Outcome): Outcome[] {
	const { script } = evidence;
	const wanted = wantedOf(script, taskId);
	if (wanted === null || known.code !== null || known.status === 'failed') return [known];
	if (known.status !== 'succeeded') {
		const isError = script.operation === 'download' && script.outputMode === 'single';
		return isError ? [{ ...known, ...FAILED, code: 'TASK_NOT_FINISHED' }] : [known];
	}
	if (wanted.length === 0) return [{ ...known, ...FAILED, code: 'NO_VIDEOS', output: 1 }];
	return combinations(wanted.map((name) => fatesOf(evidence, name))).map((fates) => {
		const failed = fates.filter(({ code }) => code !== null);
		const videos = fates.flatMap(({ code }, index) => (code === null ? [index] : [])).join();
		const [first] = failed;
		if (first === undefined) return { ...known, videos };
		const output = failed.some(({ passes }) => passes) ? 2 : 1;
		return { ...known, ...FAILED, code: first.code, output, videos };
	});
}

const FAILED = { status: null, serial: null };

function combinations(choices: readonly Fate[][]): Fate[][] {
	return choices.reduce<Fate[][]>(
		(all, fates) => all.flatMap((before) => fates.map((fate) => [...before, fate])),
		[[]],
	);
}
