/** What must hold of every download, whatever the hosts did. */
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';

import { CREDENTIAL } from '../../unit/support/fakeContext';
import type { Evidence } from '../run-scenario.mjs';
import { indexOfField, inputOf, ROUNDED_MS, taskOf } from '../scenario-queries.mjs';
import { detailsComplaints } from './details.mjs';
import { endsOfTries } from './expected-downloads.mjs';
import { contentOf, isSame, videoAt, type VideoName } from './files.mjs';
import type { VideoExchange } from './host.mjs';
import { wantedOf } from './outcomes.mjs';

type Law = (evidence: Evidence) => readonly string[];

const staysWithinMaxConcurrency: Law = ({ videos, script }) =>
	videos.mostAtOnce <= Math.max(1, script.options.maxConcurrency)
		? []
		: [`${videos.mostAtOnce} downloads at once`];

const asksOnlyForWhatIsWanted: Law = ({ videos, exchanges, script }) => [
	...videos.strayed.map((url) => `asked ${url}`),
	...videos.exchanges
		.filter(({ video, startedAt }) => {
			const taskId = `task-${video.task}`;
			const hasSucceeded = exchanges.some(
				({ taskId: id, meaning, endedAt }) =>
					id === taskId &&
					endedAt <= startedAt &&
					meaning?.kind === 'task' &&
					meaning.status === 'succeeded',
			);
			const wanted = wantedOf(script, taskId) ?? [];
			return !hasSucceeded || !wanted.some((name) => isSame(name, video));
		})
		.map(({ options }) => `asked for ${options.url}, which nobody wanted`),
];

const sendsNoKey: Law = ({ videos }) =>
	videos.exchanges
		.filter(({ options: { abortSignal, ...sent } }) => {
			const text = JSON.stringify(sent);
			return text.includes(CREDENTIAL.apiKey) || /authorization|cookie/i.test(text);
		})
		.map(({ options }) => `sent a key to ${options.url}`);

/** Behind the piece that goes beyond it, none is taken. */
const readsNoMoreThanMaxDownloadSize: Law = ({ videos, script }) =>
	videos.exchanges
		.filter(({ answer, taken, lastPiece }) => {
			const from = answer?.part?.from ?? 0;
			return from + taken - lastPiece > script.options.maxDownloadSize * 2 ** 20;
		})
		.map(({ options, taken }) => `read ${taken} bytes of ${options.url}`);

const waitsNoLongerThanRequestTimeout: Law = ({ videos, script }) =>
	videos.exchanges
		.filter(({ longestSilence, endedAt, heardAt }) => {
			const silence = Math.max(longestSilence, endedAt - heardAt);
			return silence > script.options.requestTimeout * 1000 + ROUNDED_MS;
		})
		.map(({ options }) => `waited too long for ${options.url}`);

const triesAsItShould: Law = ({ videos, script }) =>
	groupByVideo(videos.exchanges).flatMap((exchanges) => {
		const ends = endsOfTries(exchanges);
		const [first] = exchanges;
		const tooSoon = ends.some(({ answer, endedAt }, at) => {
			const next = exchanges[exchanges.indexOf(ends[at]!) + 1];
			return next !== undefined && next.startedAt < endedAt + (answer?.retryAfter ?? 0) * 1000;
		});
		return [
			...(ends.length > script.options.maxRetries + 1
				? [`${first?.options.url} was tried ${ends.length} times`]
				: []),
			...(tooSoon ? [`${first?.options.url} was tried again before Retry-After`] : []),
		];
	});

function groupByVideo(exchanges: readonly VideoExchange[]): VideoExchange[][] {
	const keyOf = ({ video }: VideoExchange) => JSON.stringify(video);
	const groups = new Map<string, VideoExchange[]>();
	for (const each of exchanges) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each]);
	return [...groups.values()];
}

/** Each field of an item holds one file that is under its URL: all of it, and nothing else. */
const bringsWholeFiles: Law = (evidence) => {
	const seen = new Set<IBinaryData>();
	return (evidence.outputs ?? []).flat().flatMap((item) =>
		Object.entries(item.binary ?? {}).flatMap(([field, binary]) => {
			const isShared = seen.has(binary);
			seen.add(binary);
			const which = `item ${inputOf(item)}, ${field}`;
			return [
				...complaintsAboutFile(evidence, item, field, binary).map((what) => `${which}: ${what}`),
				...(isShared ? [`${which} is the very object of another item`] : []),
			];
		}),
	);
};

function complaintsAboutFile(
	{ script }: Evidence,
	item: INodeExecutionData,
	field: string,
	binary: IBinaryData,
): string[] {
	const taskId = taskOf(script, inputOf(item));
	const index = indexOfField(field, script.items[inputOf(item)]!.binaryProperty);
	const name = taskId === null ? undefined : wantedOf(script, taskId)?.[index];
	if (name === undefined) return ['nobody asked for it'];
	return [
		...(isWhole(script, name, binary) ? [] : [`${binary.bytes} bytes, and not those of the file`]),
		...detailsComplaints(videoAt(script, name), name, binary),
	];
}

function isWhole(script: Evidence['script'], name: VideoName, { data }: IBinaryData): boolean {
	const video = videoAt(script, name);
	return ([0, 1] as const).some(
		(version) => contentOf(video, name, version).toString('base64') === data,
	);
}

export const VIDEO_LAWS: readonly Law[] = [
	staysWithinMaxConcurrency,
	asksOnlyForWhatIsWanted,
	sendsNoKey,
	readsNoMoreThanMaxDownloadSize,
	waitsNoLongerThanRequestTimeout,
	triesAsItShould,
	bringsWholeFiles,
];
