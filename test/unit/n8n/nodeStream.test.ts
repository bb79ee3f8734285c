import { toReadableLike } from '../../../nodes/ApikleyVeo/n8n/nodeStream';
import { bytes, FakeStream } from '../support/fakeContext';

async function* film(): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes('film'));
}

/** Inherits `from`, as an IncomingMessage inherits that of Readable. */
class FakeIncomingMessage extends FakeStream {}

test.each([new FakeStream([]), new FakeIncomingMessage([])])(
	'a stream for n8n is of the class of a sample that has its own `from`',
	(sampleStream) => {
		const stream = toReadableLike(sampleStream, film());
		expect(Object.getPrototypeOf(stream)).toBe(FakeStream.prototype);
	},
);

test.each([null, { destroy: () => {}, [Symbol.asyncIterator]: film }])(
	'a sample that is not a stream of Node is an error: %p',
	(sampleStream) => {
		expect(() => toReadableLike(sampleStream, film())).toThrow('unknown kind');
	},
);
