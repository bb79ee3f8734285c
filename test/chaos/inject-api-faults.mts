import type { Simulator } from '../simulator/controls.mjs';
import type { FaultStep } from '../simulator/faults.mjs';
import type { SeededRandom } from './random.mjs';

/** All of them are transient, so the node retries the lookup. */
const FAULTS: readonly [FaultStep, ...FaultStep[]] = [
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

const STEPS = 1_000;
/** The average share of lookups without a fault. */
const GOOD_SHARE = 0.8;

/** Makes one lookup in five fail, at random. */
export function injectApiFaults(simulator: Simulator, random: SeededRandom): void {
	const step = (): FaultStep =>
		random.next() < GOOD_SHARE ? { kind: 'none' } : random.pick(FAULTS);
	simulator.setFaults(Array.from({ length: STEPS }, step));
}
