import { storeBinary } from '../../../nodes/ApikleyVeo/n8n/binaryData';
import { bytes, fakeContext, FakeStream } from '../support/fakeContext';

const DETAILS = { fileName: '1.mp4', mimeType: 'video/mp4' };

async function* film(): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes('fi'));
	yield bytes('lm');
}

/** As an IncomingMessage descends from Node's Readable, and has its `from` only from there. */
class Answer extends FakeStream {}

test('streams into n8n under its name, as a stream of the same make as the sample', async () => {
	const { context } = fakeContext();
	const prepare = jest.spyOn(context.helpers, 'prepareBinaryData');
	for (const sample of [new FakeStream([]), new Answer([])]) {
		expect(await storeBinary(context, sample, film(), DETAILS)).toEqual({
			kind: 'stored',
			binary: { data: 'film', ...DETAILS },
		});
		expect(Object.getPrototypeOf(prepare.mock.lastCall?.[0])).toBe(FakeStream.prototype);
	}
});

test('where n8n fails to store it, the reason is told', async () => {
	const { context } = fakeContext();
	const full = new Error('ENOSPC: no space left on device, write');
	jest.spyOn(context.helpers, 'prepareBinaryData').mockRejectedValue(full);
	expect(await storeBinary(context, new FakeStream([]), film(), DETAILS)).toEqual({
		kind: 'failed',
		reason: full.message,
	});
});

test.each([null, { destroy: () => {}, [Symbol.asyncIterator]: film }])(
	'a sample that is none of Node: %p',
	async (sample) => {
		const { context } = fakeContext();
		expect(await storeBinary(context, sample, film(), DETAILS)).toEqual({
			kind: 'failed',
			reason: 'n8n gave a stream of an unknown kind',
		});
	},
);
