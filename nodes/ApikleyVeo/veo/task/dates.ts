import { toText } from './coerce';

/** A time in a format of the API: RFC 3339, `YYYY-MM-DD HH:mm:ss` without a zone, or epoch milliseconds. */
export type ApiTime = string | number;

interface Timestamp {
	readonly ms: number;
	/** A time without a zone can only be compared to another one without a zone. */
	readonly hasZone: boolean;
}

const DATE_TIME = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}:\d{2}(?:\.\d+)?)(Z|[+-]\d{2}:?\d{2})?$/i;

export function toTime(value: unknown): ApiTime | null {
	if (typeof value === 'number') return Number.isFinite(value) ? value : null;
	return toText(value);
}

function toTimestamp(time: ApiTime | null): Timestamp | null {
	const text = String(time).trim();
	if (/^\d+$/.test(text)) return { ms: Number(text), hasZone: true };
	const match = DATE_TIME.exec(text);
	if (match === null) return null;
	const ms = Date.parse(`${match[1]}T${match[2]}${match[3] ?? 'Z'}`);
	return Number.isNaN(ms) ? null : { ms, hasZone: match[3] !== undefined };
}

/** Seconds from `start` to `end`, or null unless both can be parsed and compared. */
export function secondsBetween(start: ApiTime | null, end: ApiTime | null): number | null {
	const from = toTimestamp(start);
	const to = toTimestamp(end);
	if (from === null || to === null || from.hasZone !== to.hasZone || to.ms < from.ms) return null;
	return (to.ms - from.ms) / 1000;
}

/** Where it is earliest, a clock is 12 hours behind UTC. */
const MAX_BEHIND_UTC_MS = 12 * 3_600_000;
/** In 1973. A number below is not in milliseconds. */
const MIN_EPOCH_MS = 1e11;

/** Whether a time is before `date` (milliseconds since 1970), whatever zone it is in. False if it can't be parsed. */
export function isCertainlyBefore(time: ApiTime, date: number): boolean {
	const timestamp = toTimestamp(time);
	if (timestamp === null || timestamp.ms < MIN_EPOCH_MS) return false;
	return timestamp.ms + (timestamp.hasZone ? 0 : MAX_BEHIND_UTC_MS) < date;
}
