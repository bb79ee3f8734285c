import type { SimulatorState } from '../state.mjs';
import { createTask } from './create-task.mjs';
import { refusal, type Endpoint } from './endpoint.mjs';
import {
	brokenRule,
	COMMON_RULES,
	fieldsOf,
	isWebAddress,
	ofType,
	oneOf,
	type FieldRule,
	type Fields,
} from './rules.mjs';

export const GENERATE_PATH = '/api/v1/veo/generate';

const RULES: Readonly<Record<string, FieldRule>> = {
	...COMMON_RULES,
	model: oneOf(['veo3_fast', 'veo3'], 'Invalid model'),
	generationType: oneOf(
		['TEXT_2_VIDEO', 'FIRST_AND_LAST_FRAMES_2_VIDEO', 'REFERENCE_2_VIDEO'],
		'Invalid generationType',
	),
	aspectRatio: oneOf(['16:9', '9:16', 'Auto'], 'Invalid aspectRatio'),
	imageUrls: {
		isValid: (value) => Array.isArray(value) && value.every(isWebAddress),
		msg: 'imageUrls must be a list of web addresses',
	},
	enableTranslation: ofType('boolean', 'enableTranslation must be a boolean'),
	enableFallback: ofType('boolean', 'enableFallback must be a boolean'),
};

/** How many images each generation type takes: at least, and at most. */
const IMAGES: Readonly<Record<string, readonly [number, number]>> = {
	TEXT_2_VIDEO: [0, 0],
	FIRST_AND_LAST_FRAMES_2_VIDEO: [1, 2],
	REFERENCE_2_VIDEO: [1, 3],
};

/** Creates a task from a prompt, with or without images. */
export const generate: Endpoint = {
	method: 'POST',
	ledger: 'generate',
	respond(state, { body }) {
		const fields = fieldsOf(body);
		const broken = brokenRuleOfGenerate(state, fields);
		if (broken !== null) return refusal(state, 422, broken);
		if (hasLostImage(state, fields)) return refusal(state, 400, 'Failed to fetch the image.');
		const { prompt, aspectRatio = '16:9', ...params } = fields;
		return createTask(state, {
			prompt: String(prompt),
			cost: state.settings.prices[fields.model === 'veo3' ? 'veo3' : 'veo3_fast'],
			task: () => ({ aspectRatio: String(aspectRatio), params }),
		});
	},
};

function brokenRuleOfGenerate({ settings }: SimulatorState, fields: Fields): string | null {
	if (fields.prompt === undefined) return COMMON_RULES.prompt.msg;
	// Seen: left out, it was refused, although the documents name a default
	const withModel = { ...fields, model: fields.model ?? '' };
	return (
		brokenRule(withModel, RULES, settings.refuseUnknownFields) ??
		brokenImageRule(fields, settings.allowPortraitReference)
	);
}

function brokenImageRule(fields: Fields, allowPortraitReference: boolean): string | null {
	const { model, aspectRatio = '16:9', imageUrls = [], generationType } = fields;
	const count = (imageUrls as unknown[]).length;
	const type = String(generationType ?? typeFor(count));
	const [least, most] = IMAGES[type] ?? [0, 0];
	if (count < least || count > most)
		return `${type} takes ${least} to ${most} images, not ${count}`;
	if (type !== 'REFERENCE_2_VIDEO') return null;
	if (model !== 'veo3_fast') return 'REFERENCE_2_VIDEO only supports the veo3_fast model';
	const isAllowed = aspectRatio === '16:9' || (aspectRatio === '9:16' && allowPortraitReference);
	return isAllowed ? null : 'REFERENCE_2_VIDEO only supports the aspect ratio 16:9';
}

/** Whether an image should come from the uploaded files, and is not there. */
function hasLostImage(
	{ files, videoBaseUrl }: SimulatorState,
	{ imageUrls = [] }: Fields,
): boolean {
	return (imageUrls as string[]).some((address) => {
		const { origin, pathname } = new URL(address);
		return origin === videoBaseUrl && !files.find(pathname);
	});
}

/** The server chooses by the images if the request doesn't say. */
function typeFor(images: number): string {
	if (images === 0) return 'TEXT_2_VIDEO';
	return images <= 2 ? 'FIRST_AND_LAST_FRAMES_2_VIDEO' : 'REFERENCE_2_VIDEO';
}
