import {
	callbackOfAnotherTask,
	callbackToAnotherTask,
	doubledCallback,
	lostCallback,
	type CallbackScript,
} from '../simulator/callback-script.mjs';
import {
	createdButCutOff,
	createdButHtml,
	createdButRefused,
	createdLate,
	createdWithoutResponse,
	refused,
	type CreationPlan,
} from '../simulator/creation-plan.mjs';
import type { Fault } from '../simulator/faults.mjs';
import type { Shares } from '../simulator/shares.mjs';

/** All of them are transient, so the node retries the lookup. */
const FAULTS: readonly Fault[] = [
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
/** One lookup in five has a fault. */
export function lookupFaults(seed: number): Shares<Fault> {
	return { seed, shares: FAULTS.map((plan) => ({ share: 0.2 / FAULTS.length, plan })) };
}

/** Of one creation in five the node can't know whether it was accepted. Others are refused, or get a late response. */
export function creationFaults(seed: number): Shares<CreationPlan> {
	return {
		seed,
		shares: [
			{ share: 0.04, plan: createdWithoutResponse() },
			{ share: 0.04, plan: createdButCutOff() },
			{ share: 0.04, plan: createdButHtml(502) },
			{ share: 0.04, plan: createdButRefused(500) },
			{ share: 0.04, plan: refused(500) },
			{ share: 0.05, plan: refused(429, { retryAfterSeconds: 1 }) },
			{ share: 0.05, plan: refused(455) },
			// Well within the request timeout, even if every response is delayed by three seconds more
			{ share: 0.05, plan: createdLate(1_000) },
		],
	};
}

/** One callback in five is lost, one in five comes twice, and along with one in ten comes a forged one. */
export function callbackFaults(seed: number): Shares<CallbackScript> {
	return {
		seed,
		shares: [
			{ share: 0.2, plan: lostCallback() },
			{ share: 0.2, plan: doubledCallback() },
			{ share: 0.05, plan: [...callbackOfAnotherTask(), {}] },
			{ share: 0.05, plan: [...callbackToAnotherTask(), {}] },
		],
	};
}
