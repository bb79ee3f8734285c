import { isFaultKind } from './apply-fault.mjs';
import type { FaultStep } from './faults.mjs';
import { InvalidScriptError } from './invalid-script-error.mjs';
import { isPlainObject } from './overrides.mjs';
import { DEFAULT_SETTINGS, type SimulatorSettings } from './settings.mjs';
import type { TaskPlan, TaskScript } from './task-script.mjs';
import type { WaitCondition } from './wait-for.mjs';

/**
 * These look at as much as a slip of the hand gets wrong: the compiler checks scripts written in TypeScript, but not
 * those typed into curl. They throw an InvalidScriptError.
 */
export function tasksFrom(body: unknown): TaskScript[] {
	return listFrom(body).map((script) => {
		if (!isPlainObject(script) || typeof script.taskId !== 'string' || script.taskId === '') {
			throw new InvalidScriptError(`A task needs a "taskId": ${JSON.stringify(script)}`);
		}
		if (script.faults !== undefined) stepsFrom(script.faults);
		return script as unknown as TaskScript;
	});
}

export function plansFrom(body: unknown): TaskPlan[] {
	return listFrom(body).map((plan) => {
		if (!isPlainObject(plan)) {
			throw new InvalidScriptError(`A plan is an object: ${JSON.stringify(plan)}`);
		}
		return plan;
	});
}

export function stepsFrom(body: unknown): FaultStep[] {
	return listFrom(body).map((step) => {
		if (!isPlainObject(step) || !isFaultKind(step.kind)) {
			throw new InvalidScriptError(`No such fault: ${JSON.stringify(step)}`);
		}
		if (step.kind === 'all') stepsFrom(step.faults);
		return step as unknown as FaultStep;
	});
}

export function settingsFrom(body: unknown): Partial<SimulatorSettings> {
	if (!isPlainObject(body)) throw new InvalidScriptError('Options are an object');
	const unknown = Object.keys(body).filter((key) => !Object.hasOwn(DEFAULT_SETTINGS, key));
	if (unknown.length > 0) throw new InvalidScriptError(`No such option: ${unknown.join(', ')}`);
	return body;
}

export function waitConditionFrom(body: unknown): WaitCondition {
	if (!isPlainObject(body)) throw new InvalidScriptError('A condition is an object');
	return body;
}

/** One is as good as a list of one. */
function listFrom(body: unknown): unknown[] {
	return Array.isArray(body) ? body : [body];
}
