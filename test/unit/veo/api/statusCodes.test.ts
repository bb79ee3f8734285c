import { BUSY_STATUSES, transientReason } from '../../../../nodes/ApikleyVeo/veo/api/statusCodes';

test.each<readonly [number, string | null]>([
	[407, 'a proxy between n8n and the server requires a login (407)'],
	[408, 'the server timed out (408)'],
	[429, 'too many requests (429)'],
	[455, 'the API is under maintenance (455)'],
	[500, 'server error 500'],
	[599, 'server error 599'],
	...[200, 302, 401, 404, 422, 451, 499, 600].map((status) => [status, null] as const),
])('the reason to retry after a %i is %p', (status, reason) => {
	expect(transientReason(status)).toBe(reason);
});

test('every status that means busy to the credential test is retried', () => {
	expect(BUSY_STATUSES).toContain(503);
	expect(BUSY_STATUSES.map(transientReason)).not.toContain(null);
});
