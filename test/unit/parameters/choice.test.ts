import { readChoice } from '../../../nodes/ApikleyVeo/parameters/choice';
import { InvalidParameterError } from '../../../nodes/ApikleyVeo/parameters/invalidParameter';
import { fakeContext } from '../support/fakeContext';

const CHOICES = ['resultUrls', 'originUrls'] as const;
const read = (downloadSource?: string) => {
	const parameters = downloadSource === undefined ? {} : { downloadSource };
	return readChoice(fakeContext({ parameters }).context, 0, 'downloadSource', CHOICES);
};

test.each([
	[undefined, 'resultUrls'],
	['originUrls', 'originUrls'],
])('the choice %p is %s', (value, choice) => {
	expect(read(value)).toBe(choice);
});

test('a value that is none of the choices is an error that names the field as the panel does', () => {
	expect(() => read('all')).toThrow(InvalidParameterError);
	expect(() => read('all')).toThrow(
		/^Videos to Download must be one of resultUrls, originUrls\. It is all\.$/,
	);
});
