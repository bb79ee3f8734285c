import { isDeepStrictEqual } from 'node:util';

import type { IDataObject, OnError } from 'n8n-workflow';

import { startNode, type RunResult } from '../integration/support/node-run.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import { prepareCase, TASK_ID, type ErrorCase } from './error-case.mjs';

/** What a user reads of an error. */
export interface Reading {
	/** In the editor, with On Error set to Stop Workflow. */
	readonly message: string;
	readonly description: string | null;
	/** The item with On Error set to either kind of Continue. */
	readonly item: IDataObject;
}

/** Meets the error in each On Error setting. Throws an Error where there is none, or the settings disagree. */
export async function provoke(simulator: Simulator, errorCase: ErrorCase): Promise<Reading> {
	const stop = await meet(simulator, errorCase, 'stopWorkflow');
	const regular = await meet(simulator, errorCase, 'continueRegularOutput');
	const errored = await meet(simulator, errorCase, 'continueErrorOutput');
	const [item] = regular.outputs[0] ?? [];
	const { error } = stop;
	if (error === null || stop.outputs.length > 0) throw new Error('Stop: the node did not fail');
	if (item === undefined) throw new Error('Continue: no item');
	if (!isDeepStrictEqual(errored.outputs, [[], [item]])) {
		throw new Error('Continue (using error output): not the same item, there alone');
	}
	if (item.message !== error.message) throw new Error(`Continue: ${String(item.message)}`);
	return { ...error, item };
}

/** What the editor would show of a run. */
interface Shown {
	readonly error: Omit<Reading, 'item'> | null;
	/** The JSON of the items of each output. */
	readonly outputs: IDataObject[][];
}

async function meet(simulator: Simulator, errorCase: ErrorCase, onError: OnError): Promise<Shown> {
	const credential = prepareCase(simulator, errorCase);
	const { parameters = {}, taskId = TASK_ID } = errorCase;
	const run = startNode({
		items: [{ taskId } as IDataObject],
		parameters,
		credential,
		onError,
	});
	return likeAUsers(simulator, shownOf(await run.result));
}

function shownOf({ error, outputs }: RunResult): Shown {
	const { message, description = null } = error ?? { message: '' };
	return {
		error: error === null ? null : { message, description },
		outputs: outputs.map((items) => items.map(({ json }) => json)),
	};
}

/** A user's videos are elsewhere, and a user's time is not as short as that of the cases. */
function likeAUsers({ videoBaseUrl }: Simulator, shown: Shown): Shown {
	const text = JSON.stringify(shown)
		.replaceAll(videoBaseUrl, 'https://videos.example.com')
		.replaceAll(/after [\d.]+ s of waiting/g, 'after 900 s of waiting')
		.replaceAll(/no answer within [\d.]+ s/g, 'no answer within 30 s');
	return JSON.parse(text) as Shown;
}
