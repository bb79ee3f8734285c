/** What must hold of all creations and callbacks of a scenario: "Paid once" and "Woken by the callback". */
import { creates } from '../scenario-queries.mjs';
import type { Scenario } from '../scenario.mjs';
import type { ScenarioInvariant } from '../scenario-invariants.mjs';
import {
	endsAllLookups,
	hasFault,
	isTooLong,
	limitsHoldBack,
	wasCancelled,
} from '../trace-queries.mjs';
import type { ScenarioTrace } from '../trace.mjs';
import { isOfOthers, OTHER_TASK, UNKNOWN_TASK } from './callbacks.mjs';
import { mayExist } from './model.mjs';
import type { Creation } from './scripted-creation.mjs';

/** The same request of the same item in the same run of the node, however often n8n or the user tries again. */
const paysOnce: ScenarioInvariant = ({ creations, scenario }) => {
	const existing = creations.filter(({ meaning }) => mayExist(meaning));
	const keys = existing.map((creation) => keyOf(creation, existing, scenario));
	return keys
		.filter((key, at) => keys.indexOf(key) !== at)
		.map((key) => `a second task may exist for ${key}`);
};

/** A retry of a loop that was stopped knows how many tasks of a request may exist, but not of which turns they are. */
function keyOf(
	creation: Creation,
	existing: readonly Creation[],
	{ cancelAtMs, reruns }: Scenario,
): string {
	const { round, itemIndex } = creation;
	const request = `item ${itemIndex}, edition ${round.edition}`;
	if (cancelAtMs === null) return `${request}, run ${round.runIndex}`;
	const equal = existing.filter(
		(other) => other.itemIndex === itemIndex && other.round.edition === round.edition,
	);
	const turns = reruns.filter((rerun) => rerun === 'loop').length + 1;
	return `${request}, task ${Math.min(equal.indexOf(creation) + 1, turns)} of ${turns}`;
}

/** Of an execution that was stopped, n8n may have saved nothing to count. */
const createsNoMoreThanMaxVideos: ScenarioInvariant = ({ creations, scenario }) => {
	if (scenario.cancelAtMs !== null) return [];
	const { length } = creations.filter(({ meaning }) => mayExist(meaning));
	const { maxVideos } = scenario.creations;
	return length > maxVideos ? [`created ${length} tasks, but Max Videos is ${maxVideos}`] : [];
};

/** In the same round: after what ends all creations or, with On Error: Stop Workflow, after any failure. */
const createsNothingAfterAFailure: ScenarioInvariant = ({ creations, scenario }) =>
	creations.flatMap((creation) => {
		const { round, startedAt } = creation;
		const others = creations.filter((other) => other.round === round && other !== creation);
		return others
			.filter((other) => endsCreations(other, scenario) && other.endedAt < startedAt)
			.map(
				(other) => `item ${creation.itemIndex} was created after that of ${other.itemIndex} failed`,
			);
	});

function endsCreations({ meaning, token }: Creation, scenario: ScenarioTrace['scenario']): boolean {
	const stops = scenario.onError === 'stopWorkflow';
	switch (meaning?.kind) {
		case 'refused':
			return stops || meaning.endsAll;
		case 'busy':
			// How far off a date is depends on the computer's clock
			return isTooLong(scenario, meaning.retryAfter) && scenario.clockJumps.length === 0;
		case 'uncertain':
			// Its callback is waited for
			return stops && token === null;
		default:
			return false;
	}
}

const sendsNoMoreThanMaxRetries: ScenarioInvariant = ({ creations, scenario }) =>
	creations.flatMap(({ round, itemIndex }, at) => {
		const attempts = creations
			.slice(0, at + 1)
			.filter((other) => other.round === round && other.itemIndex === itemIndex);
		return attempts.length > scenario.options.maxRetries + 1
			? [`item ${itemIndex} was sent ${attempts.length} times`]
			: [];
	});

/**
 * Only tasks that are waited for are looked up, whatever callbacks name. So is a task to extend, as its record can tell why
 * the API has refused that.
 */
const looksUpOnlyItsTasks: ScenarioInvariant = ({ exchanges, creations, callbacks, scenario }) => {
	const isKnown = (taskId: string, at: number) =>
		creations.some(
			(creation) =>
				creation.taskId === taskId &&
				creation.meaning?.kind === 'created' &&
				creation.endedAt <= at,
		);
	const isCalled = (taskId: string, at: number) =>
		callbacks.some(
			(callback) =>
				callback.taskId === taskId &&
				callback.result === 'woken' &&
				callback.at <= at &&
				isOfUncertain(creations, callback.token),
		);
	const isRefused = (taskId: string, at: number) =>
		creations.some(
			({ body, meaning, endedAt }) =>
				body.taskId === taskId &&
				meaning?.kind === 'refused' &&
				meaning.code === 422 &&
				endedAt <= at,
		);
	const given = scenario.items.flatMap(({ taskId }) =>
		'task' in taskId ? [`task/${taskId.task % scenario.tasks.length}`] : [],
	);
	return exchanges
		.filter(({ taskId, startedAt }) =>
			creates(scenario.operation)
				? !isKnown(taskId, startedAt) &&
					!isCalled(taskId, startedAt) &&
					!isRefused(taskId, startedAt)
				: !given.includes(taskId),
		)
		.map(({ taskId }) => `looked up ${taskId}, which it doesn't wait for`);
};

function isOfUncertain(creations: readonly Creation[], token: string | null): boolean {
	return creations.some(
		(creation) =>
			token !== null && creation.token === token && creation.meaning?.kind === 'uncertain',
	);
}

/** Only a callback for a task that may be waited for wakes a run. */
const wakesOnlyForItsTasks: ScenarioInvariant = ({ callbacks, creations, scenario }) =>
	callbacks
		.filter(({ result }) => result === 'woken')
		.filter(({ taskId, token }) => {
			if (scenario.isOldN8n || taskId === null) return true;
			if (isOfUncertain(creations, token)) return false;
			return taskId === UNKNOWN_TASK || taskId === OTHER_TASK || isOfOthers(taskId);
		})
		.map(({ kind }) => `was woken by a callback: ${kind}`);

/** A callback that wakes a run is no proof: its task is looked up, unless something keeps the run from it. */
const followsCallbacks: ScenarioInvariant = (scenarioTrace) => {
	const { callbacks, exchanges } = scenarioTrace;
	if (isKeptFromLookups(scenarioTrace)) return [];
	return callbacks
		.filter(({ result }) => result === 'woken')
		.filter(
			({ taskId, at }) =>
				!exchanges.some(
					(each) => each.taskId === taskId && (each.startedAt >= at || isOfOthers(taskId)),
				),
		)
		.map(({ taskId }) => `${taskId} was not looked up after its callback`);
};

function isKeptFromLookups({ scenario, runs }: ScenarioTrace): boolean {
	return (
		scenario.cancelAtMs !== null ||
		scenario.clockJumps.length > 0 ||
		runs.some(
			(run) => hasFault(run) || limitsHoldBack(run) || endsAllLookups(run) || run.error !== null,
		)
	);
}

/** Its record shows that the request has not created it, although the callback has the token of the request. */
const believesNoTaskOfOthers: ScenarioInvariant = ({ runs }) =>
	runs
		.filter(({ nodeContext }) => nodeContext.includes('/elsewhere"'))
		.map(({ runIndex }) => `run ${runIndex} takes somebody else's task for its own`);

/** However many callbacks there are, and however often n8n resumes the execution. */
const deliversOnce: ScenarioInvariant = ({ runs }) => {
	const delivered = runs.filter((run) => run.outputs !== null && !wasCancelled(run));
	const keys = delivered.map(
		({ runIndex, rounds }) => `run ${runIndex} of ${rounds.at(-1)!.execution}`,
	);
	return keys
		.filter((key, at) => keys.indexOf(key) !== at)
		.map((key) => `${key} was delivered twice`);
};

export const CREATION_SCENARIO_INVARIANTS: readonly ScenarioInvariant[] = [
	paysOnce,
	createsNoMoreThanMaxVideos,
	createsNothingAfterAFailure,
	sendsNoMoreThanMaxRetries,
	looksUpOnlyItsTasks,
	wakesOnlyForItsTasks,
	followsCallbacks,
	believesNoTaskOfOthers,
	deliversOnce,
];
