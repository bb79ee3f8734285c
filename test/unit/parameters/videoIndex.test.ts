import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { readVideoIndex } from '../../../nodes/ApikleyVeo/parameters/videoIndex';
import { fakeContext } from '../support/fakeContext';

const videoIndexOf = (videoIndex: unknown) =>
	readVideoIndex(fakeContext({ parameters: { videoIndex } }).context, 0);

test.each([
	[undefined, 0],
	[0, 0],
	['2', 2],
])('the video index %p is %p', (value, expected) => {
	expect(videoIndexOf(value)).toBe(expected);
});

test.each([-1, 0.5, 'first', [0]])('the video index cannot be %p', (value) => {
	expect(() => videoIndexOf(value)).toThrow(InvalidParameterError);
});

test('the advice names the index that every task has', () => {
	expect(() => videoIndexOf(-1)).toThrow(
		expect.objectContaining({ advice: 'Set it to 0, for example.' }),
	);
});
