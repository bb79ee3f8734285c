import { ABSENT } from './overrides.mjs';
import type { TimeForm, UrlsForm } from './task-script.mjs';

/** A time of a record (epoch milliseconds, null: not known yet) in one of its forms; `rfc3339` if none is named. */
export function timeAs(form: TimeForm = 'rfc3339', epochMs: number | null): unknown {
	if (form === 'absent') return ABSENT;
	if (form === 'null' || epochMs === null) return null;
	if (form === 'epochMs') return epochMs;
	const wholeSeconds = new Date(epochMs).toISOString().slice(0, 19);
	return form === 'spaced' ? wholeSeconds.replace('T', ' ') : `${wholeSeconds}Z`;
}

/** A list of URLs (null: none) in one of its forms; `array` if none is named. */
export function urlsAs(form: UrlsForm = 'array', urls: readonly string[] | null): unknown {
	if (form === 'absent') return ABSENT;
	if (form === 'null' || urls === null) return null;
	return form === 'jsonString' ? JSON.stringify(urls) : urls;
}
