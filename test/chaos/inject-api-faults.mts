import type { Simulator } from '../simulator/controls.mjs';
import type { FaultStep } from '../simulator/faults.mjs';
import type { SeededRandom } from './random.mjs';

/** All of them pass: a lookup that meets one is tried again. */
const TROUBLE: readonly [FaultStep, ...FaultStep[]] = [
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
/** One lookup in so many goes well, on average. */
const GOOD_SHARE = 0.8;

/** The API fails at random, one lookup in five. */
export function troubleApi(simulator: Simulator, random: SeededRandom): void {
	const step = (): FaultStep =>
		random.next() < GOOD_SHARE ? { kind: 'none' } : random.pick(TROUBLE);
	simulator.setFaults(Array.from({ length: STEPS }, step));
}
