import type { JsonObject } from '../../task/coerce';
import { creation } from './creation';
import type { Creation } from './creation';
import type { Endpoint } from './endpoint';

/** What a video is generated from. */
export type GenerationType = 'TEXT_2_VIDEO' | 'FIRST_AND_LAST_FRAMES_2_VIDEO' | 'REFERENCE_2_VIDEO';

/** How many images each type needs. */
export const IMAGE_COUNTS: Readonly<
	Record<GenerationType, { readonly min: number; readonly max: number }>
> = {
	TEXT_2_VIDEO: { min: 0, max: 0 },
	FIRST_AND_LAST_FRAMES_2_VIDEO: { min: 1, max: 2 },
	REFERENCE_2_VIDEO: { min: 1, max: 3 },
};

/** Without a model the API refuses the request. */
export const DEFAULT_MODEL = 'veo3_fast';
const DOCUMENTED_MODELS: readonly unknown[] = [DEFAULT_MODEL, 'veo3'];
export const DEFAULT_ASPECT_RATIO = '16:9';

/** The only seeds that the API takes. */
export const MIN_SEED = 10_000;
export const MAX_SEED = 99_999;

/**
 * Returns why the API may refuse a body, to follow "because"; null if nothing is known against it. The provider allows
 * more from time to time, so that the body is sent anyway.
 */
export function reasonToRefuse({
	generationType,
	model,
	aspectRatio = DEFAULT_ASPECT_RATIO,
}: JsonObject): string | null {
	if (!DOCUMENTED_MODELS.includes(model)) return 'only veo3_fast and veo3 are documented as models';
	if (generationType !== 'REFERENCE_2_VIDEO') return null;
	if (model === DEFAULT_MODEL && aspectRatio === '16:9') return null;
	return 'reference images are only documented for the Fast model in 16:9';
}

/** Creates a task from a prompt. `body` by the provider's document; unknown fields are sent on. */
export function generate(body: JsonObject): Endpoint<Creation> {
	return creation('/api/v1/veo/generate', body);
}
