import type { IDataObject, INodeParameters, OnError } from 'n8n-workflow';
import { isDeepStrictEqual } from 'node:util';

import { startNode } from '../integration/support/node-run.mjs';
import type { Simulator } from '../simulator/controls.mjs';
import { itemsFor, prepareCase, type ErrorCase } from './error-case.mjs';

/** What a user sees of an error. */
export interface ReproducedError {
	/** In the editor, with On Error set to Stop Workflow. */
	readonly message: string;
	readonly description: string | null;
	/** The item with On Error set to either kind of Continue. */
	readonly item: IDataObject;
}

/** Runs a case with each On Error setting. Throws an Error if the node reports no error, or the settings disagree. */
export async function reproduce(
	simulator: Simulator,
	errorCase: ErrorCase,
): Promise<ReproducedError> {
	const stop = await runWithOnError(simulator, errorCase, 'stopWorkflow');
	const regular = await runWithOnError(simulator, errorCase, 'continueRegularOutput');
	const errored = await runWithOnError(simulator, errorCase, 'continueErrorOutput');
	const [items = []] = regular.outputs;
	const { shownItem = 0 } = errorCase;
	const item = items[shownItem];
	const { error } = stop;
	if (error === null || stop.outputs.length > 0) throw new Error('Stop: the node did not fail');
	if (item === undefined) throw new Error('Continue: no item');
	if (!isDeepStrictEqual(errored.outputs, [[], items])) {
		throw new Error('Continue (using error output): the items are different');
	}
	if (shownItem > 0) return { message: String(item.message), description: null, item };
	const text = [error.message, error.description].filter(Boolean).join(' ');
	// With several items, the error also says how many others were fine
	const isSame = items.length === 1 ? item.message === text : text.startsWith(String(item.message));
	if (!isSame) throw new Error(`Continue: ${String(item.message)}`);
	return { ...error, item };
}

/** What the editor would show of a run. */
interface ShownRun {
	readonly error: Omit<ReproducedError, 'item'> | null;
	/** The JSON of the items of each output. */
	readonly outputs: IDataObject[][];
}

async function runWithOnError(
	simulator: Simulator,
	errorCase: ErrorCase,
	onError: OnError,
): Promise<ShownRun> {
	const credential = prepareCase(simulator, errorCase);
	const { parameters = {}, binary, isOldN8n } = errorCase;
	const items = itemsFor(errorCase);
	const binaries = binary && [binary];
	const run = startNode({ items, binaries, parameters, credential, onError, isOldN8n });
	const { error, outputs } = await run.result;
	return normalize(simulator, parameters, {
		error: error && { message: error.message, description: error.description ?? null },
		outputs: outputs.map((items) => items.map(({ json }) => json)),
	});
}

/** Shows a video host and timeouts as users have them. Those of the cases are the simulator's, and very short. */
function normalize(
	{ videoBaseUrl }: Simulator,
	{ operation }: INodeParameters,
	shown: ShownRun,
): ShownRun {
	const text = JSON.stringify(shown)
		.replaceAll(/20\d\d-\d\d-\d\dT[\d:.]+Z/g, '2026-01-01T00:00:00.000Z')
		.replaceAll(videoBaseUrl, 'https://videos.example.com')
		.replaceAll(/after [\d.]+ s\b/g, `after ${operation === 'get1080p' ? 600 : 900} s`)
		.replaceAll(/"waitedSeconds":[\d.]+/g, '"waitedSeconds":600')
		.replaceAll(/"lookups":\d+/g, '"lookups":30')
		.replaceAll(/within [\d.]+ s\b/g, 'within 30 s');
	return JSON.parse(text) as ShownRun;
}
