import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { CredentialReference } from '../n8n-harness/client.mjs';
import type { NodeRun } from '../n8n-harness/execution.mjs';
import type { Workflow } from '../n8n-harness/workflows.mjs';
import type { TaskScript } from '../simulator/task-script.mjs';

/** A workflow as n8n saved it with a released version, and its results at that time. */
export interface SavedWorkflow {
	readonly workflow: Workflow;
	/** The tasks that it looks up. */
	readonly tasks: readonly TaskScript[];
	/** The items of each output of the node. */
	readonly outputs: readonly IDataObject[][];
}

/** The workflow for an n8n in which the credential has another ID. */
export function withCredential(workflow: Workflow, apikleyApi: CredentialReference): Workflow {
	const nodes = workflow.nodes.map((node) =>
		node.credentials?.apikleyApi ? { ...node, credentials: { apikleyApi } } : node,
	);
	return { ...workflow, nodes };
}

/** The output of a run of the node, without anything that depends on the day or the machine. */
export function outputsOf({ outputs }: NodeRun): IDataObject[][] {
	return outputs.map((items) => items.map(itemOf));
}

function itemOf({ json, binary = {} }: INodeExecutionData): IDataObject {
	// The wording may change
	const { wait, message: _, ...item } = withFixedAddress(json);
	const files = Object.entries(binary).map(([field, { fileName, mimeType }]) => [
		field,
		{ fileName, mimeType },
	]);
	return {
		json: { ...item, ...(wait && { wait: withFixedTime(wait as IDataObject) }) },
		files: Object.fromEntries(files) as IDataObject,
	};
}

/** After a timeout, the number of lookups also depends on the time. */
function withFixedTime({ timedOut, lookups }: IDataObject): IDataObject {
	return timedOut === true ? { timedOut } : { timedOut, lookups };
}

/** The simulator listens on another port each time. */
function withFixedAddress(json: IDataObject): IDataObject {
	const text = JSON.stringify(json).replaceAll(/127\.0\.0\.1:\d+/g, 'videos.example');
	return JSON.parse(text) as IDataObject;
}
