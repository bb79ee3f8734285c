import { storeBinary } from '../../../nodes/ApikleyVeo/n8n/binaryData';
import { bytes, fakeContext, FakeStream } from '../support/fakeContext';

const DETAILS = { fileName: '1.mp4', mimeType: 'video/mp4' };

async function* film(): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes('fi'));
	yield bytes('lm');
}

/** Inherits `from`, as an IncomingMessage inherits that of Readable. */
class FakeIncomingMessage extends FakeStream {}

test('a video is stored under its name, as a stream of the same class as the sample', async () => {
	const { context } = fakeContext();
	const prepare = jest.spyOn(context.helpers, 'prepareBinaryData');
	for (const sampleStream of [new FakeStream([]), new FakeIncomingMessage([])]) {
		expect(await storeBinary(context, sampleStream, film(), DETAILS)).toEqual({
			kind: 'stored',
			binary: { data: 'film', ...DETAILS },
		});
		expect(Object.getPrototypeOf(prepare.mock.lastCall?.[0])).toBe(FakeStream.prototype);
	}
});

test('a failure to store a video is a result with the reason', async () => {
	const { context } = fakeContext();
	const full = new Error('ENOSPC: no space left on device, write');
	jest.spyOn(context.helpers, 'prepareBinaryData').mockRejectedValue(full);
	expect(await storeBinary(context, new FakeStream([]), film(), DETAILS)).toEqual({
		kind: 'failed',
		reason: full.message,
	});
});

test.each([null, { destroy: () => {}, [Symbol.asyncIterator]: film }])(
	'a sample that is not a stream of Node is an error: %p',
	async (sampleStream) => {
		const { context } = fakeContext();
		expect(await storeBinary(context, sampleStream, film(), DETAILS)).toEqual({
			kind: 'failed',
			reason: 'n8n returned a stream of an unknown kind',
		});
	},
);
