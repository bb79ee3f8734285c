import type { Answer } from './answer.mjs';
import type { SimulatorState } from './state.mjs';

/** What the API reads of a request whose key is good. */
export interface Asked {
	/** Null or empty when the query names none. */
	readonly taskId: string | null;
	/** The text that came with it. */
	readonly body: string;
}

/** One path of the API. */
export interface Endpoint {
	readonly method: 'GET' | 'POST';
	answer(state: SimulatorState, asked: Asked): Answer;
}
