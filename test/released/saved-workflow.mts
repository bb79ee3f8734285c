import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { CredentialReference } from '../n8n-harness/client.mjs';
import type { NodeRun } from '../n8n-harness/execution.mjs';
import type { Workflow } from '../n8n-harness/workflows.mjs';
import type { TaskScript } from '../simulator/task-script.mjs';

/** A workflow as n8n has saved it with a released version, and what came of it then. */
export interface SavedWorkflow {
	readonly workflow: Workflow;
	/** The tasks that it asks for. */
	readonly tasks: readonly TaskScript[];
	/** The items of each output of the node. */
	readonly outputs: readonly IDataObject[][];
}

/** To be saved in an n8n where the credential has another ID. */
export function withCredential(workflow: Workflow, apikleyApi: CredentialReference): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.credentials?.apikleyApi ? { ...node, credentials: { apikleyApi } } : node,
	);
	return { ...workflow, nodes };
}

/** What a run of the node has put out, in a form that is the same on any day and machine. */
export function outputsOf({ outputs }: NodeRun): IDataObject[][] {
	return outputs.map((items) => items.map(itemOf));
}

function itemOf({ json, binary = {} }: INodeExecutionData): IDataObject {
	// Words may change
	const { wait, message: _, ...item } = sameAddress(json);
	const files = Object.entries(binary).map(([field, { fileName, mimeType }]) => [
		field,
		{ fileName, mimeType },
	]);
	return {
		json: { ...item, ...(wait && { wait: withoutTime(wait as IDataObject) }) },
		files: Object.fromEntries(files) as IDataObject,
	};
}

/** How often a task was looked up depends on the time, too, if it never ended. */
function withoutTime({ timedOut, lookups }: IDataObject): IDataObject {
	return timedOut === true ? { timedOut } : { timedOut, lookups };
}

/** The simulator listens at another port each time. */
function sameAddress(json: IDataObject): IDataObject {
	const text = JSON.stringify(json).replaceAll(/127\.0\.0\.1:\d+/g, 'videos.example');
	return JSON.parse(text) as IDataObject;
}
