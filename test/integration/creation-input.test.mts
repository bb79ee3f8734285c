import type { IDataObject, INodeParameters } from 'n8n-workflow';

import { jsonOf, run, simulator, useSimulator } from './support/simulated.mjs';

useSimulator();

const IMAGE = 'https://example.com/1.png';
const GENERATE: INodeParameters = {
	resource: 'video',
	operation: 'generate',
	prompt: '={{ $json.prompt }}',
	waitForCompletion: false,
};
const FRAMES = { generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO' };
const REFERENCE = { generationType: 'REFERENCE_2_VIDEO' };

const generate = async (items: IDataObject[], parameters: INodeParameters = {}) =>
	await run({ items, parameters: { ...GENERATE, ...parameters } });

const generated = () => simulator.ledger().map(({ content }) => content);

describe('Generate sends', () => {
	test('what it has to, and nothing that was not set', async () => {
		const result = await generate([{ prompt: 'A cat' }]);
		expect(jsonOf(result)).toMatchObject([{ status: 'generating', prompt: 'A cat', wait: null }]);
		expect(generated()).toEqual([
			{
				prompt: 'A cat',
				model: 'veo3_fast',
				generationType: 'TEXT_2_VIDEO',
				aspectRatio: '16:9',
			},
		]);
	});

	test('for each item its own images and options', async () => {
		const images = [[IMAGE], `${IMAGE},${IMAGE}?2`];
		const result = await generate(
			images.map((imageUrls, seed) => ({ prompt: 'A cat', imageUrls, seed: 10_000 + seed })),
			{
				...REFERENCE,
				imageUrls: '={{ $json.imageUrls }}',
				generationOptions: { seeds: '={{ $json.seed }}', additionalFields: '{"duration": 8}' },
			},
		);
		expect(result.error).toBeNull();
		expect(generated()).toMatchObject([
			{ imageUrls: [IMAGE], seeds: 10_000, duration: 8 },
			{ imageUrls: [IMAGE, `${IMAGE}?2`], seeds: 10_001, duration: 8 },
		]);
	});
});

test('Additional Fields are sent as their parameters would be, and null leaves a field out', async () => {
	const additionalFields = '{"aspectRatio": null, "seeds": "12345", "model": "veo3"}';
	await generate([{ prompt: 'A cat' }], { generationOptions: { additionalFields } });
	expect(generated()).toEqual([
		{ prompt: 'A cat', model: 'veo3', generationType: 'TEXT_2_VIDEO', seeds: 12_345 },
	]);
});

describe('invalid input', () => {
	const invalid: Array<[string, INodeParameters]> = [
		['an object as the prompt', { prompt: '={{ ({ text: "A cat" }) }}' }],
		['an empty prompt', { prompt: '={{ $json.bad ? "" : "A cat" }}' }],
		...[0, 3, 4].map((count): [string, INodeParameters] => [
			`${count} images for frames`,
			{ ...FRAMES, imageUrls: `={{ Array(${count}).fill("${IMAGE}") }}` },
		]),
		...[0, 4].map((count): [string, INodeParameters] => [
			`${count} images for references`,
			{ ...REFERENCE, imageUrls: `={{ Array(${count}).fill("${IMAGE}") }}` },
		]),
		['a file: address', { ...FRAMES, imageUrls: 'file:///etc/passwd' }],
		['a data: address', { ...FRAMES, imageUrls: 'data:image/png;base64,iVBORw0KGgo=' }],
		['no binary field', { ...FRAMES, imageSource: 'binary' }],
		['the seed 9999', { generationOptions: { seeds: 9_999 } }],
		['the seed 100000', { generationOptions: { seeds: 100_000 } }],
		['JSON that is none', { generationOptions: { additionalFields: '{"duration": 8' } }],
		['a seed in other JSON', { generationOptions: { additionalFields: '{"seeds": "9999"}' } }],
		['a ratio in other JSON', { generationOptions: { additionalFields: '{"aspect_ratio": 5}' } }],
	];

	test.each(invalid)('(%s) is an error before any request', async (_, parameters) => {
		const { error } = await generate([{ prompt: 'A cat', bad: true }], parameters);
		expect(error).toMatchObject({ type: 'INVALID_INPUT' });
		expect(simulator.requests()).toEqual([]);
	});

	const items = [{ prompt: 'A cat' }, { prompt: '' }, { prompt: 'A dog' }];

	test('of one item creates nothing for the others, if it stops the workflow', async () => {
		const { error } = await generate(items);
		expect(error).toMatchObject({ type: 'INVALID_INPUT', context: { itemIndex: 1 } });
		expect(simulator.requests()).toEqual([]);
	});

	test('of one item is its own error, if the workflow continues', async () => {
		const result = await run({ items, parameters: GENERATE, onError: 'continueRegularOutput' });
		expect(jsonOf(result)).toMatchObject([
			{ prompt: 'A cat' },
			{ taskId: null, code: 'INVALID_INPUT' },
			{ prompt: 'A dog' },
		]);
		expect(generated()).toMatchObject([{ prompt: 'A cat' }, { prompt: 'A dog' }]);
	});
});
