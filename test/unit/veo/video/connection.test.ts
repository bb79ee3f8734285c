import { badLinkIn } from '../../../../nodes/ApikleyVeo/veo/video/connection';

test.each(['ftp://example.com/1.mp4', 'file:///etc/passwd', 'data:video/mp4,x', '1.mp4', ''])(
	'%p is no link',
	(url) => {
		expect(badLinkIn(url)).toEqual({ kind: 'badLink', reason: 'it is no http(s) address' });
	},
);

test.each(['https://example.com/1.mp4', 'HTTP://example.com:8080/1.mp4?sig=x'])(
	'%p is one',
	(url) => {
		expect(badLinkIn(url)).toBeNull();
	},
);
