/** What must hold of every download, whatever the hosts did. */
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import { CREDENTIAL } from '../../unit/support/fakeContext';
import type { Invariant } from '../invariants.mjs';
import { inputIndexOf, ROUNDING_MS, videoIndexOf } from '../scenario-queries.mjs';
import type { Scenario } from '../scenario.mjs';
import { taskIdOf } from '../trace-queries.mjs';
import type { RunTrace } from '../trace.mjs';
import { attemptsIn, splitByLinks } from './expected-downloads.mjs';
import { requestedVideos } from './expected-outcomes.mjs';
import { contentOf, parseVideoId, videoAt, type VideoId } from './files.mjs';
import type { VideoExchange } from './host.mjs';
import { metadataViolations } from './metadata.mjs';

const downloadsOnlyRequestedVideos: Invariant = ({ videos, exchanges, scenario }) =>
	videos
		.filter(({ video, startedAt }) => {
			const { taskId } = parseVideoId(video);
			const hasSucceeded = exchanges.some(
				({ taskId: id, meaning, endedAt }) =>
					id === taskId &&
					endedAt <= startedAt &&
					meaning?.kind === 'task' &&
					meaning.status === 'succeeded',
			);
			const requested = requestedVideos(scenario, taskId) ?? [];
			return !hasSucceeded || !requested.includes(video);
		})
		.map(({ options }) => `requested ${options.url} without a reason`);

const sendsNoKey: Invariant = ({ videos }) =>
	videos
		.filter(({ options: { abortSignal, ...sent } }) => {
			const text = JSON.stringify(sent);
			return text.includes(CREDENTIAL.apiKey) || /authorization|cookie/i.test(text);
		})
		.map(({ options }) => `sent a key to ${options.url}`);

/** It stops reading after the piece that exceeds the limit. */
const readsNoMoreThanMaxDownloadSize: Invariant = ({ videos, scenario }) =>
	videos
		.filter(({ response, bytesRead, lastPieceSize }) => {
			const from = response?.content?.from ?? 0;
			return from + bytesRead - lastPieceSize > scenario.options.maxDownloadSize * 2 ** 20;
		})
		.map(({ options, bytesRead }) => `read ${bytesRead} bytes of ${options.url}`);

const waitsNoLongerThanRequestTimeout: Invariant = ({ videos, scenario }) =>
	videos
		.filter(({ longestSilenceMs, endedAt, lastActivityAt }) => {
			const silenceMs = Math.max(longestSilenceMs, endedAt - lastActivityAt);
			return silenceMs > scenario.options.requestTimeout * 1000 + ROUNDING_MS;
		})
		.map(({ options }) => `waited too long for ${options.url}`);

const obeysMaxRetriesAndRetryAfter: Invariant = ({ videos, scenario }) =>
	groupByVideo(videos)
		.flatMap(splitByLinks)
		.flatMap((exchanges) => {
			const url = exchanges[0]?.options.url;
			const attempts = attemptsIn(exchanges);
			const failed = attempts.filter(({ response, end, bytesRead }) => {
				const { from = 0, end: partEnd = 0 } = response?.content ?? {};
				return response?.status !== 206 || end !== 'complete' || from + bytesRead < partEnd;
			});
			const isTooEarly = attempts.some((attempt) => {
				const next = exchanges[exchanges.indexOf(attempt) + 1];
				// It has no meaning after a response that doesn't ask to come back
				const isAsked = ![206, 416].includes(attempt.response?.status ?? 0);
				const retryAfter = isAsked ? (attempt.response?.retryAfter ?? 0) : 0;
				const retryAt = attempt.endedAt + retryAfter * 1000;
				return next !== undefined && next.startedAt < retryAt;
			});
			return [
				...(failed.length > scenario.options.maxRetries + 1
					? [`${url} was tried ${failed.length} times`]
					: []),
				...(isTooEarly ? [`${url} was retried before Retry-After`] : []),
			];
		});

function groupByVideo(exchanges: readonly VideoExchange[]): VideoExchange[][] {
	const groups = new Map<string, VideoExchange[]>();
	for (const exchange of exchanges) {
		groups.set(exchange.video, [...(groups.get(exchange.video) ?? []), exchange]);
	}
	return [...groups.values()];
}

/** Each binary field holds one whole file from its URL and nothing else. */
const storesWholeFiles: Invariant = (trace) => {
	const seen = new Set<IBinaryData>();
	return (trace.outputs ?? []).flat().flatMap((item) =>
		Object.entries(item.binary ?? {}).flatMap(([field, binary]) => {
			const isShared = seen.has(binary);
			seen.add(binary);
			return [
				...fileViolations(trace, item, field, binary),
				...(isShared ? ['it is the same object as on another item'] : []),
			].map((violation) => `item ${inputIndexOf(item)}, ${field}: ${violation}`);
		}),
	);
};

function fileViolations(
	trace: RunTrace,
	item: INodeExecutionData,
	field: string,
	binary: IBinaryData,
): string[] {
	const { scenario } = trace;
	const itemIndex = inputIndexOf(item);
	const taskId = taskIdOf(trace, itemIndex);
	const index = videoIndexOf(field, scenario.items[itemIndex]!.binaryProperty);
	const id = taskId === null ? undefined : requestedVideos(scenario, taskId)?.[index];
	if (id === undefined) return ['it was not requested'];
	return [
		...(isWhole(scenario, id, binary) ? [] : [`its ${binary.bytes} bytes are not the file's`]),
		...metadataViolations(videoAt(scenario, id), id, binary),
	];
}

function isWhole(scenario: Scenario, id: VideoId, { data }: IBinaryData): boolean {
	const video = videoAt(scenario, id);
	return ([0, 1] as const).some(
		(version) => contentOf(video, id, version).toString('base64') === data,
	);
}

export const VIDEO_INVARIANTS: readonly Invariant[] = [
	downloadsOnlyRequestedVideos,
	sendsNoKey,
	readsNoMoreThanMaxDownloadSize,
	waitsNoLongerThanRequestTimeout,
	obeysMaxRetriesAndRetryAfter,
	storesWholeFiles,
];
