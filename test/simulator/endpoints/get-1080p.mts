import { envelope } from '../response.mjs';
import type { SimulatorState } from '../state.mjs';
import type { UpgradeScript } from '../task-script.mjs';
import { Upgrade, type Task } from '../tasks.mjs';
import { videoCount, videoUrl } from '../video-files.mjs';
import { withoutCredits } from './create-task.mjs';
import { refusal, reply, type Endpoint, type Reply } from './endpoint.mjs';

/** As in the public documents of the same API under other names; the provider's own documents no format. */
export const GET_1080P_PATH = '/api/v1/veo/get-1080p-video';

const SCRIPTED_REFUSALS = {
	expired: 'Temporarily supports records within 14 days.',
	blank: 'record result data is blank.',
} as const;

/** Returns a 1080p video of a task: at once, later, or never. The first request for it starts and bills the upgrade. */
export const get1080p: Endpoint = {
	method: 'GET',
	ledger: 'upgrade',
	respond(state, { query }) {
		const task = state.tasks.get(query.get('taskId') ?? '');
		if (!task) return refusal(state, 422, 'record is null.');
		const index = Number(query.get('index') ?? 0);
		const reason = whyNotUpgradable(task, index, state.now());
		if (reason !== null) return refusal(state, 422, reason);
		return upgrade(state, task, index);
	},
};

function whyNotUpgradable(task: Task, index: number, now: number): string | null {
	const { upgrade: { refusal: scripted } = {}, aspectRatio = '16:9' } = task.script;
	const ending = task.ending(now);
	if (scripted) return SCRIPTED_REFUSALS[scripted];
	if (ending?.kind !== 'succeeded') return 'record status is not success.';
	if (ending.model === 'fallback') return 'Made by the fallback model: it cannot be upgraded.';
	if (aspectRatio !== '16:9') return 'Only 16:9 videos can be upgraded to 1080p.';
	const isVideo = Number.isInteger(index) && index >= 0 && index < videoCount(task.script);
	return isVideo ? null : `There is no video with the index ${index}.`;
}

function upgrade(state: SimulatorState, task: Task, index: number): Reply {
	const { upgrade: script = {}, taskId } = task.script;
	const known = task.upgrades.get(index);
	const cost = state.settings.prices.upgrade;
	const refused = known ? null : withoutCredits(state, cost);
	if (refused) return refused;
	const current = known ?? new Upgrade(script, state.now());
	task.upgrades.set(index, current);
	const link = videoUrl(state.videoBaseUrl, taskId, `1080p-${index + 1}`);
	const found = current.request(state.now()) ? ready(script, link) : notReady(script);
	if (known) return found;
	state.account.balance -= cost;
	return { ...found, bill: { taskId, cost } };
}

function notReady({ notReady: response = {} }: UpgradeScript): Reply {
	const { code = 422, status = 200 } = response;
	const { msg = '1080p is processing. It should be ready in 1 to 2 minutes.' } = response;
	return { response: envelope(code, msg, null, status) };
}

function ready({ form = 'resultUrl' }: UpgradeScript, link: string): Reply {
	if (form === 'string') return reply(200, 'success', link);
	return reply(200, 'success', { [form]: form === 'resultUrls' ? [link] : link });
}
