import {
	bodyOf,
	identityOf,
	readExtension,
	readGeneration,
	summarizeCreation,
	withoutSignatures,
} from '../../../nodes/ApikleyVeo/parameters/creationRequest';
import type { CreationRequest } from '../../../nodes/ApikleyVeo/parameters/creationRequest';
import { readMaxVideos } from '../../../nodes/ApikleyVeo/parameters/generationOptions';
import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { fakeContext } from '../support/fakeContext';

type Parameters = Record<string, unknown>;

const generationOf = (parameters: Parameters = {}) =>
	readGeneration(fakeContext({ parameters: { prompt: 'A cat', ...parameters } }).context, 0);
const extensionOf = (parameters: Parameters = {}) =>
	readExtension(
		fakeContext({ parameters: { taskId: 'veo_1', prompt: 'A cat', ...parameters } }).context,
		0,
	);
const errorOf = (read: () => unknown): InvalidParameterError => {
	try {
		read();
	} catch (error) {
		return error as InvalidParameterError;
	}
	throw new Error('it was read');
};

const FRAMES = 'FIRST_AND_LAST_FRAMES_2_VIDEO';
const REFERENCE = 'REFERENCE_2_VIDEO';
const URL_1 = 'https://example.com/1.png';
const URL_2 = 'https://example.com/2.png?size=1,2';
const URL_3 = 'http://example.com/3.webp';

describe('a request to generate', () => {
	test('has a model, a type and an aspect ratio, but nothing else that was not set', () => {
		expect(generationOf()).toEqual({
			endpoint: 'generate',
			fields: {
				prompt: 'A cat',
				model: 'veo3_fast',
				generationType: 'TEXT_2_VIDEO',
				aspectRatio: '16:9',
			},
			additionalFields: {},
			imageFields: [],
		});
	});

	test('has what was chosen', () => {
		const generationOptions = {
			seeds: 12_345,
			watermark: ' Me ',
			enableTranslation: false,
			callBackUrl: ' https://example.com/hook?x=1 ',
			additionalFields: '{"duration": 8}',
			maxVideos: 3,
		};
		const chosen = { model: 'veo3', aspectRatio: '9:16', generationOptions };
		expect(generationOf({ ...chosen, generationType: REFERENCE, imageUrls: URL_1 })).toEqual({
			endpoint: 'generate',
			fields: {
				prompt: 'A cat',
				model: 'veo3',
				generationType: REFERENCE,
				imageUrls: [URL_1],
				aspectRatio: '9:16',
				seeds: 12_345,
				watermark: 'Me',
				enableTranslation: false,
				callBackUrl: 'https://example.com/hook?x=1',
			},
			additionalFields: { duration: 8 },
			imageFields: [],
		});
	});

	test.each(['model', 'aspectRatio'])('can have a %s that is not in the list', (name) => {
		expect(generationOf({ [name]: ' veo4 ' }).fields).toHaveProperty(name, 'veo4');
	});

	test.each([
		['model', ''],
		['model', null],
		['aspectRatio', 1.78],
		['aspectRatio', ' \u200b'],
		['generationType', 'AUDIO_2_VIDEO'],
		['imageSource', 'ftp'],
	])('cannot have the %s %p', (name, value) => {
		const parameters = { generationType: FRAMES, imageUrls: URL_1, [name]: value };
		expect(() => generationOf(parameters)).toThrow(InvalidParameterError);
	});
});

describe('a request to extend', () => {
	test('has the task and the prompt, but no model, image or aspect ratio', () => {
		const parameters = { model: 'veo3', aspectRatio: '9:16', generationType: FRAMES };
		expect(extensionOf({ taskId: ' "veo_1" ', ...parameters })).toEqual({
			endpoint: 'extend',
			fields: { taskId: 'veo_1', prompt: 'A cat' },
			additionalFields: {},
			imageFields: [],
		});
	});

	test('has the options that apply to it', () => {
		const applies = { seeds: 10_000, watermark: 'Me', callBackUrl: URL_1 };
		const additionalFields = { model: 'quality' };
		const generationOptions = { ...applies, additionalFields, enableTranslation: true };
		expect(extensionOf({ generationOptions })).toMatchObject({
			fields: { taskId: 'veo_1', prompt: 'A cat', ...applies },
			additionalFields,
		});
		expect(extensionOf({ generationOptions }).fields).not.toHaveProperty('enableTranslation');
	});

	test('cannot have a task ID that is none', () => {
		expect(() => extensionOf({ taskId: ['veo_1'] })).toThrow(InvalidParameterError);
	});

	test('tells a task ID that an expression did not find', () => {
		const { context } = fakeContext({ items: [{ taskId: '', prompt: 'A cat' }] });
		expect(errorOf(() => readExtension(context, 0)).message).toContain('its expression');
	});
});

describe('a prompt', () => {
	test.each([
		['  A cat\n', 'A cat'],
		['Line 1\nLine 2', 'Line 1\nLine 2'],
		// The flag of England ends in invisible characters
		['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
	])('%j is sent as %j', (prompt, sent) => {
		expect(generationOf({ prompt }).fields).toMatchObject({ prompt: sent });
	});

	test.each(['', ' \n', '\u200b', undefined, null, 7, true, { text: 'A cat' }, ['A cat']])(
		'%j is none',
		(prompt) => {
			expect(() => generationOf({ prompt })).toThrow(InvalidParameterError);
		},
	);

	test('must not contain an object that became text', () => {
		expect(() => generationOf({ prompt: 'A cat: [object Object]' })).toThrow(InvalidParameterError);
	});

	test.each([{ text: 'A cat' }, ['A cat']])(
		'%j is an error that says which field to use',
		(prompt) => {
			expect(errorOf(() => generationOf({ prompt })).advice).toContain('{{ $json.prompt }}');
		},
	);

	test('tells an expression that found nothing', () => {
		const { context } = fakeContext({ items: [{ prompt: '' }] });
		const expected = expect.stringContaining('its expression found nothing');
		expect(errorOf(() => readGeneration(context, 0)).message).toEqual(expected);
		expect(errorOf(() => generationOf({ prompt: '' })).message).not.toEqual(expected);
	});
});

describe('images', () => {
	test('of a text are not read', () => {
		const { fields, imageFields } = generationOf({ imageSource: 'x', imageUrls: 'file:///etc' });
		expect(fields).not.toHaveProperty('imageUrls');
		expect(imageFields).toEqual([]);
	});

	test.each<[unknown, string[]]>([
		[` ${URL_1} `, [URL_1]],
		[`${URL_1},${URL_2}`, [URL_1, URL_2]],
		[`${URL_2}, ${URL_3},`, [URL_2, URL_3]],
		[`${URL_2}\r\n\n${URL_1},\n ${URL_3}`, [URL_2, URL_1, URL_3]],
		[`${URL_1} ${URL_2}`, [URL_1, URL_2]],
		[`${URL_1};`, [URL_1]],
		[`${URL_1}; ${URL_3};`, [URL_1, URL_3]],
		[`"${URL_1}", "${URL_3}"`, [URL_1, URL_3]],
		[`'${URL_1}';`, [URL_1]],
		[`<${URL_1}>, <${URL_3}>`, [URL_1, URL_3]],
		[`“<${URL_1}>”`, [URL_1]],
		[['https://example.com/i?a=1&amp;b=2&amp;amp;c=3'], ['https://example.com/i?a=1&b=2&c=3']],
		["https://example.com/cat's;1.png", ["https://example.com/cat's;1.png"]],
		[
			[URL_1, ` ${URL_2} `],
			[URL_1, URL_2],
		],
		[
			[`${URL_1},${URL_2}`, URL_3],
			[URL_1, URL_2, URL_3],
		],
		[JSON.stringify([URL_1, URL_2]), [URL_1, URL_2]],
		[
			'https://example.com/мой кот.png',
			['https://example.com/%D0%BC%D0%BE%D0%B9%20%D0%BA%D0%BE%D1%82.png'],
		],
	])('%j are the addresses %j', (imageUrls, expected) => {
		const { fields } = generationOf({ generationType: REFERENCE, imageUrls });
		expect(fields.imageUrls).toEqual(expected);
	});

	test.each<[unknown]>([
		['file:///etc/passwd'],
		['data:image/png;base64,iVBORw0KGgo='],
		['ftp://example.com/1.png'],
		['/home/me/1.png'],
		['example.com/1.png'],
		['https://'],
		[`"${URL_1}`],
		[`${URL_1}"`],
		[`${URL_1}'`],
		[`<${URL_1}`],
		[`${URL_1}>`],
		[`<img src="${URL_1}">`],
		[`${URL_1},file:///etc/passwd`],
		[`${URL_1}, data:image/png;base64,iVBORw0KGgo=`],
		[`${URL_1}\nexample.com/2.png`],
		[[URL_1, '']],
		[[URL_1, null]],
		[[{ url: URL_1 }]],
		[{ url: URL_1 }],
		[[]],
		[7],
	])('%j are no addresses', (imageUrls) => {
		const read = () => generationOf({ generationType: REFERENCE, imageUrls });
		expect(read).toThrow(InvalidParameterError);
	});

	test('that are no addresses can be binary files', () => {
		const read = () => generationOf({ generationType: FRAMES, imageUrls: 'file:///1.png' });
		expect(errorOf(read).advice).toContain('Image Source');
	});

	test('that an expression did not find are distinguished from an empty field', () => {
		const items = [{ prompt: 'A cat', generationType: FRAMES, imageUrls: '' }];
		const { context } = fakeContext({ items });
		const expected = expect.stringContaining('its expression found nothing');
		expect(errorOf(() => readGeneration(context, 0)).message).toEqual(expected);
		const read = () => generationOf({ generationType: FRAMES });
		expect(errorOf(read).message).not.toEqual(expected);
	});

	test.each<[unknown, string[]]>([
		[undefined, ['data']],
		['data', ['data']],
		[' first, last,', ['first', 'last']],
		['first\nlast', ['first', 'last']],
		[
			['first', 'last'],
			['first', 'last'],
		],
	])('can be in the binary fields %j', (imageFields, expected) => {
		const parameters = { generationType: FRAMES, imageSource: 'binary', imageFields };
		const request = generationOf({ ...parameters, imageUrls: 'not read' });
		expect(request.imageFields).toEqual(expected);
		expect(request.fields).not.toHaveProperty('imageUrls');
	});

	test.each<[string, number[]]>([
		[FRAMES, [1, 2]],
		[REFERENCE, [1, 2, 3]],
	])('of %s are %j', (generationType, allowed) => {
		for (const count of [0, 1, 2, 3, 4]) {
			const imageUrls = Array.from({ length: count }, (_, index) => `${URL_1}?${index}`);
			const imageFields = imageUrls.map((_, index) => `data_${index}`);
			for (const imageSource of ['url', 'binary']) {
				const parameters = { generationType, imageSource, imageUrls, imageFields };
				const read = () => generationOf(parameters);
				if (allowed.includes(count)) expect(read).not.toThrow();
				else expect(read).toThrow(InvalidParameterError);
			}
		}
	});
});

describe('the generation options', () => {
	test.each<[string, unknown]>([
		['seeds', ''],
		['seeds', null],
		['watermark', ' '],
		['enableTranslation', null],
		['callBackUrl', ''],
	])('leave out %s if it is %p', (name, value) => {
		const { fields } = generationOf({ generationOptions: { [name]: value } });
		expect(fields).not.toHaveProperty(name);
	});

	test.each<[string, unknown, unknown]>([
		['seeds', '99999', 99_999],
		['watermark', 2026, '2026'],
		['enableTranslation', 'true', true],
	])('take the %s %p', (name, value, sent) => {
		const { fields } = generationOf({ generationOptions: { [name]: value } });
		expect(fields).toHaveProperty(name, sent);
	});

	test.each<[string, unknown]>([
		['seeds', 9_999],
		['seeds', 100_000],
		['seeds', 12_345.5],
		['seeds', 'any'],
		['watermark', { text: 'Me' }],
		['enableTranslation', 'no'],
		['callBackUrl', 'example.com/hook'],
		['callBackUrl', 7],
		['additionalFields', '{"duration": 8'],
		['additionalFields', 'duration'],
		['additionalFields', '[1]'],
		['additionalFields', [1]],
		['additionalFields', 'null'],
		['additionalFields', 7],
	])('do not take the %s %p', (name, value) => {
		const parameters = { generationOptions: { [name]: value } };
		expect(() => generationOf(parameters)).toThrow(InvalidParameterError);
		if (name !== 'enableTranslation') {
			expect(() => extensionOf(parameters)).toThrow(InvalidParameterError);
		}
	});

	test.each<[unknown]>([[''], ['{}'], [' '], [null]])('%j are no additional fields', (value) => {
		const parameters = { generationOptions: { additionalFields: value } };
		expect(generationOf(parameters).additionalFields).toEqual({});
	});
});

describe('Max Videos', () => {
	const maxVideosOf = (maxVideos: unknown) =>
		readMaxVideos(fakeContext({ parameters: { generationOptions: { maxVideos } } }).context);

	test.each([
		[undefined, 100],
		[1, 1],
		['250', 250],
	])('%p is %p', (value, expected) => {
		expect(maxVideosOf(value)).toBe(expected);
	});

	test.each([0, 1.5, 'all'])('cannot be %p', (value) => {
		expect(() => maxVideosOf(value)).toThrow(InvalidParameterError);
	});
});

describe('the summary of a request', () => {
	const summaryOf = (parameters: Parameters) => summarizeCreation(generationOf(parameters));
	const withFields = (additionalFields: object) => ({ generationOptions: { additionalFields } });

	test('has what was asked for', () => {
		expect(summaryOf({ aspectRatio: '9:16' })).toEqual({
			prompt: 'A cat',
			aspectRatio: '9:16',
			reasonToRefuse: null,
		});
	});

	test('has what replaces it', () => {
		expect(summaryOf(withFields({ prompt: 'A dog', aspect_ratio: '9:16' }))).toMatchObject({
			prompt: 'A dog',
			aspectRatio: '9:16',
		});
	});

	test.each<[string, object]>([
		['http://localhost:3000/1.png', { localImageHost: 'localhost:3000' }],
		['https://192.168.0.7/1.png', { localImageHost: '192.168.0.7' }],
		['http://nas.local/1.png', { localImageHost: 'nas.local' }],
		['http://minio:9000/1.png', { localImageHost: 'minio:9000' }],
	])('names the host of %s, which is in a local network', (imageUrls, expected) => {
		const summary = summaryOf({ generationType: REFERENCE, imageUrls: [URL_1, imageUrls] });
		expect(summary).toMatchObject(expected);
	});

	test('names the host of a Callback URL in a local network', () => {
		const generationOptions = { callBackUrl: ' "http://127.0.0.1:5678/webhook/7"; ' };
		expect(summaryOf({ generationOptions })).toMatchObject({ localCallbackHost: '127.0.0.1:5678' });
		const fields = { callBackUrl: 'http://10.0.0.7/', imageUrls: ['http://[fe80::1]/1.png'] };
		expect(summaryOf(withFields({ ...fields, generationType: 'NEW' }))).toMatchObject({
			localCallbackHost: '10.0.0.7',
			localImageHost: '[fe80::1]',
		});
	});

	test.each<[boolean, Parameters]>([
		[false, {}],
		[false, { model: 'veo3', aspectRatio: '9:16' }],
		[false, { generationType: REFERENCE }],
		[true, { model: 'veo3_lite' }],
		[true, withFields({ model: 'veo3_lite' })],
		[true, { generationType: REFERENCE, model: 'veo3' }],
		[true, { generationType: REFERENCE, aspectRatio: '9:16' }],
		[true, { generationType: REFERENCE, aspectRatio: 'Auto' }],
		[true, { generationType: REFERENCE, ...withFields({ model: 'veo3_lite' }) }],
		[true, { generationType: REFERENCE, ...withFields({ aspect_ratio: '9:16' }) }],
		[false, { generationType: REFERENCE, ...withFields({ aspect_ratio: '16:9' }) }],
		[false, { generationType: REFERENCE, ...withFields({ aspectRatio: null }) }],
	])('has a reason to refuse it: %p for %j', (isDoubtful, parameters) => {
		const { reasonToRefuse } = summaryOf({ imageUrls: URL_1, ...parameters });
		expect(reasonToRefuse !== null).toBe(isDoubtful);
	});

	test('has no reason to refuse an extension, whose model has other names', () => {
		const extension = extensionOf({ taskId: 'veo_1', ...withFields({ model: 'quality' }) });
		expect(summarizeCreation(extension).reasonToRefuse).toBeNull();
	});
});

describe('Additional Fields', () => {
	const withFields = (additionalFields: unknown) => ({ generationOptions: { additionalFields } });
	const sentWith = (fields: object, parameters: Parameters = {}) =>
		bodyOf(generationOf({ ...parameters, ...withFields(fields) }));

	test.each<[object]>([
		[{ seeds: 5 }],
		[{ seeds: 'any' }],
		[{ seeds: [12_345] }],
		[{ prompt: '' }],
		[{ prompt: null }],
		[{ prompt: 'A [object Object]' }],
		[{ model: null }],
		[{ model: ' ' }],
		[{ watermark: ['Me'] }],
		[{ callBackUrl: 'nope' }],
		[{ call_back_url: 'nope' }],
		[{ enableTranslation: 'x' }],
		[{ enable_translation: 1 }],
		[{ generationType: 5 }],
		[{ generationType: '' }],
		[{ aspectRatio: 5 }],
		[{ aspectRatio: '' }],
		[{ aspect_ratio: 5 }],
		[{ aspectRatio: '16:9', aspect_ratio: '9:16' }],
		[{ imageUrls: 'https://example.com/1.png' }],
		[{ imageUrls: [URL_1] }],
		[{ image_urls: [URL_1] }],
		[{ generationType: REFERENCE }],
		[{ generationType: FRAMES, imageUrls: [URL_1, URL_1, URL_1] }],
		[{ generation_type: FRAMES, image_urls: [URL_1, 'nope'] }],
	])('like %j are refused, and the error names them', (fields) => {
		const error = errorOf(() => generationOf(withFields(fields)));
		expect(error).toBeInstanceOf(InvalidParameterError);
		expect(`${error.message} ${error.advice}`).toContain('Additional Fields');
	});

	test.each<[object]>([
		[{ taskId: '' }],
		[{ taskId: null }],
		[{ task_id: ['veo_2'] }],
		[{ seeds: 5 }],
		[{ prompt: null }],
		[{ callBackUrl: 7 }],
	])('like %j are refused in a request to extend', (fields) => {
		expect(errorOf(() => extensionOf(withFields(fields)))).toBeInstanceOf(InvalidParameterError);
	});

	test.each<[object]>([
		[{ duration: 8, resolution: '1080p', enableFallback: null }],
		[{ constructor: 1, toString: 'x', hasOwnProperty: null }],
		[{ seeds: 12_345, model: 'veo3_lite' }],
		[{ generationType: 'NEW_TYPE', imageUrls: [URL_1] }],
		[{ generationType: FRAMES, imageUrls: [URL_1] }],
	])('like %j are sent as they are', (fields) => {
		expect(sentWith(fields)).toMatchObject(fields);
	});

	test.each<[object, object]>([
		[{ seeds: '12345' }, { seeds: 12_345 }],
		[{ watermark: 5 }, { watermark: '5' }],
		[{ enableTranslation: 'false' }, { enableTranslation: false }],
		[{ callBackUrl: ` "${URL_1}" ` }, { callBackUrl: URL_1 }],
		[{ model: ' veo3 ' }, { model: 'veo3' }],
		[
			{ generationType: FRAMES, imageUrls: `${URL_1}, ${URL_3}` },
			{ generationType: FRAMES, imageUrls: [URL_1, URL_3] },
		],
	])('like %j are read as their parameter is', (fields, sent) => {
		expect(sentWith(fields)).toMatchObject(sent);
	});

	const seeds = 12_345;

	test.each<[string, object]>([
		['seeds', { seeds: '' }],
		['seeds', { seeds: null }],
		['watermark', { watermark: ' ' }],
		['callBackUrl', { callBackUrl: '' }],
		['enableTranslation', { enable_translation: null }],
		['aspectRatio', { aspectRatio: null }],
		['generationType', { generation_type: null }],
		['imageUrls', { imageUrls: [] }],
	])('leave out %s if they are %j', (name, fields) => {
		const set = { seeds, watermark: 'Me', callBackUrl: URL_1, enableTranslation: true };
		const generationOptions = { ...set, additionalFields: fields };
		const body = bodyOf(generationOf({ generationOptions }));
		expect(body).not.toHaveProperty(name);
		expect(Object.values(body)).not.toContain(null);
		expect(body).toMatchObject({ prompt: 'A cat', model: 'veo3_fast' });
	});

	test.each<[object, string]>([
		[{ aspect_ratio: '9:16' }, 'aspectRatio'],
		[{ aspectRatio: null, aspect_ratio: '9:16' }, 'aspectRatio'],
		[{ aspect_ratio: '9:16', aspectRatio: null }, 'aspectRatio'],
		[{ AspectRatio: '9:16' }, 'aspectRatio'],
		[{ generation_type: 'TEXT_2_VIDEO' }, 'generationType'],
		[{ callback_url: URL_1 }, 'callBackUrl'],
	])('like %j are sent instead of %s', (fields, own) => {
		const generationOptions = { callBackUrl: URL_3, additionalFields: fields };
		const body = bodyOf(generationOf({ generationOptions }));
		expect(body).not.toHaveProperty(own);
		expect(body).toMatchObject(Object.fromEntries(Object.entries(fields).filter(([, v]) => v)));
	});

	test('with images leave nothing to upload', () => {
		const binary = { generationType: FRAMES, imageSource: 'binary' };
		const replaced = generationOf({ ...binary, ...withFields({ image_urls: [URL_1] }) });
		expect(replaced.imageFields).toEqual([]);
		const leftOut = { ...binary, ...withFields({ imageUrls: null }) };
		expect(errorOf(() => generationOf(leftOut))).toBeInstanceOf(InvalidParameterError);
	});
});

test('a request stays the same whatever address the API calls at its end, and in any order of keys', () => {
	const creation = {
		endpoint: 'generate',
		fields: { prompt: 'A dog', callBackUrl: 'https://example.com/1' },
		additionalFields: { x: 1, y: { a: [{ b: 1, c: 2 }], d: 3 } },
		imageFields: [],
	} as const;
	const again = {
		...creation,
		fields: { prompt: 'A dog' },
		additionalFields: {
			callBackUrl: 'https://example.com/2',
			y: { d: 3, a: [{ c: 2, b: 1 }] },
			x: 1,
		},
	};
	const text = (each: CreationRequest) => JSON.stringify(identityOf(each));
	expect(text(again)).toBe(text(creation));
	expect(text({ ...creation, fields: { prompt: 'A cat' } })).not.toBe(text(creation));
	expect(text({ ...creation, additionalFields: { x: 2 } })).not.toBe(text(creation));
});

describe('an image address is the same', () => {
	const textOf = (query: string, additional = false) => {
		const imageUrls = ['https://files.example.com/a%20b.png', `https://example.com/c.png${query}`];
		const fields = additional ? { image_urls: imageUrls } : { imageUrls };
		const [sent, laidOver] = additional ? [{}, fields] : [fields, {}];
		const creation = { ...generationOf(), fields: { prompt: 'A cat', ...sent } };
		return JSON.stringify(withoutSignatures({ ...creation, additionalFields: laidOver }));
	};

	test.each([
		['?X-Amz-Date=1&X-Amz-Signature=a', '?X-Amz-Date=2&X-Amz-Signature=b'],
		['?X-Goog-Expires=1&X-Goog-Signature=a', '?X-Goog-Expires=2&X-Goog-Signature=b'],
		['?Expires=1&Signature=a&Key-Pair-Id=k', '?Expires=2&Signature=b&Key-Pair-Id=k'],
		['?sv=1&se=1&sig=a', '?sv=1&se=2&sig=b'],
		['?alt=media&token=a', '?alt=media&token=b'],
		['?access_token=a', ''],
	])('however it is signed: %s', (query, again) => {
		expect(textOf(again)).toBe(textOf(query));
		expect(textOf(again, true)).toBe(textOf(query, true));
	});

	test.each([
		['?id=1', '?id=2'],
		['?design=1', '?design=2'],
		['', '?id=1'],
		['#1', '#2'],
	])('but not if it means another image: %s, %s', (query, other) => {
		expect(textOf(other)).not.toBe(textOf(query));
	});
});
