import { pinnedRelease, type N8nRelease } from '../n8n-harness/install.mjs';

/** The newest release of each Node.js that the tests run on. */
export const NODE_VERSIONS = { 20: '20.20.2', 22: '22.23.3', 24: '24.21.0' } as const;

/** An n8n that the package must work in. */
export interface TestedRelease extends N8nRelease {
	/** Whether the node can park a wait in it. If not, the node has to say so. */
	readonly parks: boolean;
	/** Whether a callback resumes a parked wait in it. If not, the node must not send an address. */
	readonly wakes: boolean;
	/** Whether nodes can save the IDs of their tasks as custom data of the execution. */
	readonly hasCustomData: boolean;
}

/** The oldest first. */
export const RELEASES: readonly TestedRelease[] = [
	// The oldest that the package loads in: 1.82 has no NodeConnectionTypes
	{ n8n: '1.85.4', node: NODE_VERSIONS[20], parks: false, wakes: false, hasCustomData: true },
	// The last 1.x. Two callbacks at once would resume an execution twice in it
	{ n8n: '1.123.81', node: NODE_VERSIONS[22], parks: true, wakes: false, hasCustomData: false },
	{ n8n: '2.4.8', node: NODE_VERSIONS[22], parks: false, wakes: false, hasCustomData: true },
	// The oldest 2.x that is known to park
	{ n8n: '2.6.4', node: NODE_VERSIONS[22], parks: true, wakes: true, hasCustomData: true },
	{ n8n: '2.20.12', node: NODE_VERSIONS[24], parks: true, wakes: true, hasCustomData: true },
	{ ...pinnedRelease(), parks: true, wakes: true, hasCustomData: true },
];
