import {
	bodyFieldOf,
	mergeFields,
	respell,
} from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/bodyFields';

test.each([
	['aspectRatio', 'aspectRatio'],
	['aspect_ratio', 'aspectRatio'],
	['AspectRatio', 'aspectRatio'],
	['ASPECT_RATIO', 'aspectRatio'],
	['callback_url', 'callBackUrl'],
	['aspect-ratio', null],
	['new_field', null],
])('the name %s means %s', (name, field) => {
	expect(bodyFieldOf(name)).toBe(field);
});

test('fields that are known get the spelling of the document', () => {
	const body = { image_urls: ['a'], model: 'veo3', new_field: 1 };
	expect(respell(body)).toEqual({ imageUrls: ['a'], model: 'veo3', new_field: 1 });
});

test('additional fields replace others, or leave them out if they are null', () => {
	const fields = { prompt: 'A cat', aspectRatio: '16:9', model: 'veo3' };
	expect(mergeFields(fields, { aspect_ratio: '9:16', model: null, a: 1, b: null })).toEqual({
		prompt: 'A cat',
		aspect_ratio: '9:16',
		a: 1,
		b: null,
	});
});
