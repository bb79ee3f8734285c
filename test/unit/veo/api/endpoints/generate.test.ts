import {
	DEFAULT_ASPECT_RATIO,
	DEFAULT_MODEL,
	IMAGE_COUNTS,
	reasonToRefuse,
} from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/generate';

const REFERENCE = { generationType: 'REFERENCE_2_VIDEO', model: 'veo3_fast', aspectRatio: '16:9' };

test('the numbers of images are those that the provider documents', () => {
	expect(IMAGE_COUNTS).toEqual({
		TEXT_2_VIDEO: { min: 0, max: 0 },
		FIRST_AND_LAST_FRAMES_2_VIDEO: { min: 1, max: 2 },
		REFERENCE_2_VIDEO: { min: 1, max: 3 },
	});
});

test('a creation is of the Fast model in 16:9 by default', () => {
	expect([DEFAULT_MODEL, DEFAULT_ASPECT_RATIO]).toEqual(['veo3_fast', '16:9']);
});

test.each([
	REFERENCE,
	{ generationType: 'TEXT_2_VIDEO', model: 'veo3', aspectRatio: '9:16' },
	{ generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO', model: 'veo3', aspectRatio: '9:16' },
])('nothing is known against %j', (body) => {
	expect(reasonToRefuse(body)).toBeNull();
});

test.each([
	{ ...REFERENCE, model: 'veo3' },
	{ ...REFERENCE, aspectRatio: '9:16' },
	{ ...REFERENCE, model: 'veo3', aspectRatio: 'Auto' },
])('the API may refuse %j', (body) => {
	expect(reasonToRefuse(body)).toMatch(/reference images/);
});

test.each([
	{ generationType: 'TEXT_2_VIDEO', model: 'veo3_lite' },
	{ ...REFERENCE, model: 'veo3-fast' },
])('the API may refuse %j, as it documents two models', (body) => {
	expect(reasonToRefuse(body)).toMatch(/veo3_fast and veo3/);
});
