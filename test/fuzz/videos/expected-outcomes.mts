/** What may happen to an item whose videos are downloaded. */
import type { Outcome } from '../expected-outcomes.mjs';
import type { RunTrace } from '../run-scenario.mjs';
import { taskNumberOf } from '../scenario-queries.mjs';
import type { Scenario } from '../scenario.mjs';
import { expectedDownloads, type DownloadResult } from './expected-downloads.mjs';
import { videoIdFor, type VideoId } from './files.mjs';

/** The videos to download if a task succeeds; null if downloads are off. */
export function requestedVideos({ operation, tasks }: Scenario, taskId: string): VideoId[] | null {
	const task = taskNumberOf(taskId);
	const { enabled, source, ...lists } = tasks[task]!.download;
	if (operation === 'getStatus' || (operation === 'waitUntilComplete' && !enabled)) return null;
	return lists[source].map((_, index) => videoIdFor(task, source, index));
}

/** `outcome`: the item's outcome before any downloads. */
export function withVideos(trace: RunTrace, taskId: string, outcome: Outcome): Outcome[] {
	const { scenario } = trace;
	const requested = requestedVideos(scenario, taskId);
	if (requested === null || outcome.code !== null || outcome.status === 'failed') return [outcome];
	if (outcome.status !== 'succeeded') {
		const isError = scenario.operation === 'download' && scenario.outputMode === 'single';
		return isError ? [{ ...outcome, ...FAILED, code: 'TASK_NOT_FINISHED' }] : [outcome];
	}
	if (requested.length === 0) return [{ ...outcome, ...FAILED, code: 'NO_VIDEOS', output: 1 }];
	return combinations(requested.map((id) => expectedDownloads(trace, id))).map((results) => {
		const failures = results.filter(({ code }) => code !== null);
		const videos = results.flatMap(({ code }, index) => (code === null ? [index] : [])).join();
		const [first] = failures;
		if (first === undefined) return { ...outcome, videos };
		const output = failures.some(({ retryable }) => retryable) ? 2 : 1;
		return { ...outcome, ...FAILED, code: first.code, output, videos };
	});
}

const FAILED = { status: null, serial: null };

function combinations(choices: readonly DownloadResult[][]): DownloadResult[][] {
	return choices.reduce<DownloadResult[][]>(
		(all, results) => all.flatMap((before) => results.map((result) => [...before, result])),
		[[]],
	);
}
