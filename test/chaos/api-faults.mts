import type { FaultStep } from '../simulator/faults.mjs';

/** All of them are transient, so the node retries the lookup. */
const FAULTS: readonly FaultStep[] = [
	{ kind: 'status', status: 503 },
	{ kind: 'status', status: 500, body: 'html' },
	{ kind: 'status', status: 429, retryAfterSeconds: 1 },
	{ kind: 'code', code: 455 },
	{ kind: 'code', code: 500 },
	{ kind: 'html' },
	{ kind: 'truncated' },
	{ kind: 'reset', when: 'beforeHeaders' },
	{ kind: 'reset', when: 'afterHeaders' },
	{ kind: 'hang' },
	{ kind: 'slow', bytesPerSecond: 400 },
	{ kind: 'delay', ms: 2_000 },
];
/** The average share of lookups without a fault. */
const GOOD_SHARE = 0.8;

/** The faults of a thousand lookups, of which one in five fails, at random. */
export function apiFaults(random: () => number): FaultStep[] {
	const pick = () => FAULTS[Math.floor(random() * FAULTS.length)];
	return Array.from(
		{ length: 1_000 },
		() => (random() < GOOD_SHARE ? undefined : pick()) ?? { kind: 'none' },
	);
}
