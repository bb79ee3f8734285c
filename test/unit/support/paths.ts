/** At the end of a Base URL that was copied from the address of a request. */
export const COPIED_PATHS =
	'/api /api/ /api/v1 /api/v1// /api/v1/veo /api/v1/veo/ /api/v1/veo/record-info /API/V1'.split(
		' ',
	);

/** These stay, as a proxy may have them. */
export const OTHER_PATHS = '/veo /v1 /myapi /api/v2 /api/v1/veo3 /api/v1/chat /a/b'.split(' ');
