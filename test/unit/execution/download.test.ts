import { downloadVideos } from '../../../nodes/ApikleyVeo/execution/download';
import { done } from '../../../nodes/ApikleyVeo/execution/run';
import type { VideoSource } from '../../../nodes/ApikleyVeo/veo/task/task';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { createSession } from '../support/createSession';
import { apiError, sequence, taskResponse } from '../support/fakeHttp';
import type { Reply } from '../support/fakeHttp';
import { RUNNING, taskWithResponse } from '../support/records';
import { found } from '../support/requests';

const OLD = ['https://cdn/1.mp4', 'https://cdn/2.mp4'];
const FRESH = ['https://cdn/1.mp4?new', 'https://cdn/2.mp4?new'];
const withUrls = (urls: string[]) => taskWithResponse({ resultUrls: urls, originUrls: urls });

async function download(
	reply: Reply,
	expired: readonly string[],
	videoSource: VideoSource = 'resultUrls',
) {
	const { clock, downloaded, http, session } = createSession(sequence(reply), { expired });
	const job = { taskId: 'veo_1', schedule: null, videoSource };
	const state = done(found(parseTask(withUrls(OLD))));
	const { videos } = (await clock.finish(downloadVideos(session, job, state))) as typeof state;
	return {
		ends: videos?.map((video) => (video.kind === 'stored' ? video.binary.data : video.failure)),
		requested: downloaded.map(({ url, index }) => `${url}@${index}`),
		lookups: http.times,
	};
}

const linkExpired = { kind: 'linkExpired', code: 403 };
const fresh = taskResponse(withUrls(FRESH));

test('videos whose links work are downloaded without a lookup', async () => {
	expect(await download(fresh, [])).toEqual({
		ends: OLD,
		requested: ['https://cdn/1.mp4@0', 'https://cdn/2.mp4@1'],
		lookups: [],
	});
});

test.each<VideoSource>(['resultUrls', 'originUrls'])(
	'expired links are looked up anew once for all videos (%s)',
	async (source) => {
		const { ends, requested, lookups } = await download(fresh, OLD, source);
		expect([ends, lookups]).toEqual([FRESH, [0]]);
		expect(requested.slice(2)).toEqual(['https://cdn/1.mp4?new@0', 'https://cdn/2.mp4?new@1']);
	},
);

test('only the video whose link expired is downloaded again', async () => {
	const { ends, requested } = await download(fresh, OLD.slice(1));
	expect(ends).toEqual([OLD[0], FRESH[1]]);
	expect(requested).toHaveLength(3);
});

test.each<[string, Reply, string[], number]>([
	['has expired, too', fresh, [...OLD, ...FRESH], 4],
	['is missing', taskResponse(withUrls([])), OLD, 2],
	['is not in the record of a task that runs again', taskResponse(RUNNING), OLD, 2],
	['can no longer be looked up', apiError(404), OLD, 2],
])('a video is given up if its fresh link %s', async (_, reply, expired, requests) => {
	const { ends, requested, lookups } = await download(reply, expired);
	expect([ends, lookups]).toEqual([[linkExpired, linkExpired], [0]]);
	expect(requested).toHaveLength(requests);
});
