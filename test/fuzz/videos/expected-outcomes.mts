/** What may happen to an item whose videos are downloaded. */
import type { Outcome } from '../expected-lookups.mjs';
import { scriptOf, waitsFor } from '../scenario-queries.mjs';
import type { Scenario } from '../scenario.mjs';
import { hasFault } from '../trace-queries.mjs';
import type { RunTrace } from '../trace.mjs';
import { expectedDownloads, type DownloadResult } from './expected-downloads.mjs';
import { videoIdFor, type VideoId } from './files.mjs';

/** The videos to download if a task succeeds and its record names them; null if downloads are off. */
export function requestedVideos(scenario: Scenario, taskId: string): VideoId[] | null {
	const { operation } = scenario;
	const { download, upgrade } = scriptOf(scenario, taskId)!;
	const isOptional = operation !== 'download';
	if (operation === 'getStatus' || (isOptional && !download.enabled)) return null;
	if (operation === 'get1080p') return [videoIdFor(taskId, 'upgradeUrls', upgrade.index)];
	// A task that was just created has no videos
	if (isOptional && !waitsFor(scenario, taskId)) return null;
	return download[download.source].map((_, index) => videoIdFor(taskId, download.source, index));
}

/** `outcome`: the item's outcome before any downloads. An item whose task succeeded stays whole if a video fails. */
export function withVideos(trace: RunTrace, taskId: string, outcome: Outcome): Outcome[] {
	const { scenario } = trace;
	const wanted = requestedVideos(scenario, taskId);
	if (wanted === null || outcome.code !== null || outcome.status === 'failed') return [outcome];
	if (outcome.status !== 'succeeded') {
		const isError = scenario.operation === 'download' && scenario.outputMode === 'single';
		return isError ? [{ ...outcome, ...NO_TASK, code: 'TASK_NOT_FINISHED' }] : [outcome];
	}
	const requested = namesVideos(trace, outcome) ? wanted : [];
	const isStarted = trace.videos.some(({ video }) => requested.includes(video));
	// A parked run can't continue without the credential
	const stopped = hasFault(trace) && !isStarted ? faults(outcome) : [];
	if (requested.length === 0) return [{ ...outcome, code: 'NO_VIDEOS', output: 2 }, ...stopped];
	return [
		...combinations(requested.map((id) => expectedDownloads(trace, id))).map((results): Outcome => {
			const videos = results.flatMap((code, index) => (code === null ? [index] : [])).join();
			const code = results.find((result) => result !== null);
			return code === undefined ? { ...outcome, videos } : { ...outcome, code, output: 2, videos };
		}),
		...stopped,
	];
}

function namesVideos({ exchanges, scenario }: RunTrace, { serial }: Outcome): boolean {
	// The 1080p version is its link
	if (scenario.operation === 'get1080p') return true;
	const meaning = exchanges.find((exchange) => exchange.serial === serial)?.meaning;
	return meaning?.kind === 'task' && ['current', 'fresh'].includes(meaning.links);
}

function faults(outcome: Outcome): Outcome[] {
	return ['CREDENTIAL_UNAVAILABLE', 'INVALID_INPUT', 'UNEXPECTED_ERROR'].map((code) => ({
		...outcome,
		code,
		output: 2,
	}));
}

const NO_TASK = { status: null, serial: null, failureKind: null };

function combinations(choices: readonly DownloadResult[][]): DownloadResult[][] {
	return choices.reduce<DownloadResult[][]>(
		(all, results) => all.flatMap((before) => results.map((result) => [...before, result])),
		[[]],
	);
}
