import { messageOf, plannedResponse } from '../creation-plan.mjs';
import type { SimulatorState } from '../state.mjs';
import type { TaskPlan } from '../task-script.mjs';
import { refusal, type Reply } from './endpoint.mjs';

/** A request for a task that has passed the API's checks. */
export interface CreationRequest {
	prompt: string;
	/** In credits. */
	cost: number;
	/** What the request says of the task; its plan can say otherwise. */
	task: (taskId: string) => TaskPlan;
}

/** Creates a task, or does whatever else is planned for its prompt. */
export function createTask(state: SimulatorState, request: CreationRequest): Reply {
	const { prompt, cost } = request;
	const refused = overLimit(state) ?? withoutCredits(state, cost);
	if (refused) return refused;
	const plan = state.creations.takeCreationPlan(prompt);
	const fault = plan.fault && { fault: plan.fault };
	if (plan.creates === false) return { response: plannedResponse(plan, null), ...fault };
	const script = state.creations.create(prompt, request.task);
	state.addTask(script);
	state.account.balance -= cost;
	const { taskId } = script;
	return { response: plannedResponse(plan, taskId), ...fault, bill: { taskId, cost } };
}

/** Returns the refusal of a request that is one too many; null if it is none. */
function overLimit(state: SimulatorState): Reply | null {
	const { creationLimit } = state.settings;
	if (!creationLimit) return null;
	const waitMs = state.account.admit(state.now(), creationLimit);
	if (waitMs === 0) return null;
	const headers = creationLimit.retryAfter && { 'retry-after': `${Math.ceil(waitMs / 1000)}` };
	return refusal(state, 429, messageOf(429), headers || {});
}

/** Returns the refusal of a request that the balance doesn't cover; null if it does. */
export function withoutCredits(state: SimulatorState, cost: number): Reply | null {
	if (state.account.balance >= cost) return null;
	return refusal(state, state.settings.noCreditsCode, messageOf(402));
}
