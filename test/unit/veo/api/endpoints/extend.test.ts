import { parseRefusedOriginal } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/extend';
import type { RefusedOriginal } from '../../../../../nodes/ApikleyVeo/veo/api/endpoints/extend';

test.each<[string | null, RefusedOriginal | null]>([
	['Only tasks of the last 14 days', 'expired'],
	['record status is not success', 'notSucceeded'],
	['The video was upgraded to 1080p', 'upgraded'],
	['record is null', 'unknown'],
	['Invalid seed', null],
	[null, null],
])('the refusal %j says of the task to extend: %p', (message, expected) => {
	expect(parseRefusedOriginal(message)).toBe(expected);
});
