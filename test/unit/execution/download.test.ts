import { downloadVideos } from '../../../nodes/ApikleyVeo/execution/download';
import { done } from '../../../nodes/ApikleyVeo/execution/run';
import { parseTask } from '../../../nodes/ApikleyVeo/veo/task/task';
import { createSession } from '../support/createSession';
import { apiError, sequence, taskResponse } from '../support/fakeHttp';
import type { Reply } from '../support/fakeHttp';
import { RUNNING, taskWithResponse } from '../support/records';
import { found } from '../support/requests';

const OLD = ['https://cdn/1.mp4', 'https://cdn/2.mp4'];
const FRESH = ['https://cdn/1.mp4?new', 'https://cdn/2.mp4?new'];
const withUrls = (urls: string[]) => taskWithResponse({ resultUrls: urls, originUrls: urls });
const fresh = taskResponse(withUrls(FRESH));
const failed = { kind: 'linkExpired', code: 403 };

test.each<[string, Reply, string[], unknown[], string[], number]>([
	['are not looked up again if they work', fresh, [], OLD, [], 0],
	['are looked up once more for all videos together', fresh, OLD, FRESH, FRESH, 1],
	['only replace those that expired', fresh, OLD.slice(1), [OLD[0], FRESH[1]], FRESH.slice(1), 1],
	['are tried once', fresh, [...OLD, ...FRESH], [failed, failed], FRESH, 1],
	['may be missing', taskResponse(withUrls([])), OLD, [failed, failed], [], 1],
	['of a task that runs again are missing', taskResponse(RUNNING), OLD, [failed, failed], [], 1],
	['of a task that is gone are missing', apiError(404), OLD, [failed, failed], [], 1],
])('fresh links %s', async (_, reply, expired, ends, retried, lookups) => {
	for (const videoSource of ['resultUrls', 'originUrls'] as const) {
		const { clock, downloaded, http, session } = createSession(sequence(reply), { expired });
		const job = { taskId: 'veo_1', schedule: null, videoSource };
		const state = done(found(parseTask(withUrls(OLD))));
		const { videos } = (await clock.finish(downloadVideos(session, job, state))) as typeof state;
		const results = videos?.map((each) => ('binary' in each ? each.binary.data : each.failure));
		expect(results).toEqual(ends);
		expect(downloaded.map(({ url }) => url)).toEqual([...OLD, ...retried]);
		expect(http.requests).toHaveLength(lookups);
	}
});
