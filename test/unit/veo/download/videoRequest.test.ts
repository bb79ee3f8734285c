import { validateUrl } from '../../../../nodes/ApikleyVeo/veo/download/videoRequest';

test.each(['ftp://example.com/1.mp4', 'file:///etc/passwd', 'data:video/mp4,x', '1.mp4', ''])(
	'%p is no link',
	(url) => {
		expect(validateUrl(url)).toEqual({ kind: 'invalidUrl', reason: 'it is no http(s) address' });
	},
);

test.each(['https://example.com/1.mp4', 'HTTP://example.com:8080/1.mp4?sig=x'])(
	'%p is one',
	(url) => {
		expect(validateUrl(url)).toBeNull();
	},
);
