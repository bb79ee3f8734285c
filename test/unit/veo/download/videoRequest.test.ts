import { validateUrl } from '../../../../nodes/ApikleyVeo/veo/download/videoRequest';

test.each(['ftp://example.com/1.mp4', 'file:///etc/passwd', 'data:video/mp4,x', '1.mp4', ''])(
	'%p is not a valid link to a video',
	(url) => {
		expect(validateUrl(url)).toEqual({
			kind: 'invalidUrl',
			reason: 'it is not an http(s) address',
		});
	},
);

test.each(['https://example.com/1.mp4', 'HTTP://example.com:8080/1.mp4?sig=x'])(
	'%p is a valid link to a video',
	(url) => {
		expect(validateUrl(url)).toBeNull();
	},
);
