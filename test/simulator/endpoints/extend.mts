import type { SimulatorState } from '../state.mjs';
import type { TaskPlan } from '../task-script.mjs';
import type { Task } from '../tasks.mjs';
import { videoUrl } from '../video-files.mjs';
import { createTask } from './create-task.mjs';
import { refusal, type Endpoint } from './endpoint.mjs';
import { brokenRule, COMMON_RULES, fieldsOf, isFilled, oneOf, type Fields } from './rules.mjs';

export const EXTEND_PATH = '/api/v1/veo/extend';

const RULES = {
	...COMMON_RULES,
	taskId: { isValid: isFilled, msg: 'taskId cannot be empty' },
	// Other words than those of generate
	model: oneOf(['fast', 'quality'], 'Invalid model'),
};

/** Creates a task that continues the video of a finished one. */
export const extend: Endpoint = {
	method: 'POST',
	ledger: 'extend',
	respond(state, { body }) {
		const fields = fieldsOf(body);
		const original = state.tasks.get(String(fields.taskId));
		const broken = brokenRuleOfExtend(state, fields) ?? whyNotExtendable(state, original);
		if (broken !== null || !original) return refusal(state, 422, broken ?? 'record is null.');
		const { prompt, ...params } = fields;
		return createTask(state, {
			prompt: String(prompt),
			cost: state.settings.prices.extend,
			task: (taskId) => extension(state, original, taskId, params),
		});
	},
};

function brokenRuleOfExtend({ settings }: SimulatorState, fields: Fields): string | null {
	for (const name of ['taskId', 'prompt'] as const) {
		if (fields[name] === undefined) return RULES[name].msg;
	}
	return brokenRule(fields, RULES, settings.refuseUnknownFields);
}

function whyNotExtendable(state: SimulatorState, original: Task | undefined): string | null {
	if (!original) return 'record is null.';
	if (original.ending(state.now())?.kind !== 'succeeded') return 'record status is not success.';
	if (original.upgrades.size > 0) return 'A video that was upgraded to 1080p cannot be extended.';
	return null;
}

/** Its ratio is the original's, and its whole film is in `fullResultUrls`. */
function extension(
	{ videoBaseUrl }: SimulatorState,
	{ script: { aspectRatio = '16:9' } }: Task,
	taskId: string,
	params: Fields,
): TaskPlan {
	return { aspectRatio, params, fullResultUrls: [videoUrl(videoBaseUrl, taskId, 'full-1')] };
}
