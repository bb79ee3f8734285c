import { pickHeaders, toReadableLike } from '../../../nodes/ApikleyVeo/n8n/nodeStream';
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

test.each([
	['/видео.mp4', '/видео.mp4'],
	['/a b/🎬.mp4', '/a b/🎬.mp4'],
	['/%D0%B2.mp4', '/%D0%B2.mp4'],
])('a header %s in UTF-8, which Node reads as Latin-1, is decoded', (header, expected) => {
	const location = Buffer.from(header, 'utf8').toString('latin1');
	expect(pickHeaders({ location }, ['location'])).toEqual({ location: expected });
});

test.each(['/caf\xe9.mp4', '/\xff', '/\xd0'])('a header %j that is no UTF-8 stays', (location) => {
	expect(pickHeaders({ location }, ['location'])).toEqual({ location });
});
