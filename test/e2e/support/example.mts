import type { IDataObject, INode } from 'n8n-workflow';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { projectRoot } from '../../n8n-harness/system/project-root.mjs';
import type { Workflow } from '../../n8n-harness/workflows.mjs';

/** A workflow of `examples/`, as its file has it. */
export async function readExample(name: string): Promise<Workflow> {
	const file = path.join(projectRoot(), 'examples', `${name}.json`);
	return JSON.parse(await readFile(file, 'utf8')) as Workflow;
}

/** What a user does after the import: enters values of their own in the node Settings. */
export function withSettings(workflow: Workflow, values: IDataObject): Workflow {
	if (Object.keys(values).length === 0) return workflow;
	return withNode(workflow, 'Settings', ({ parameters }) => {
		const { assignments } = parameters.assignments as unknown as Assignments;
		const unknown = Object.keys(values).filter((name) => !assignments.some((a) => a.name === name));
		if (unknown.length > 0) throw new Error(`No such setting: ${unknown.join(', ')}`);
		const entered = assignments.map((a) => ({ ...a, value: values[a.name] ?? a.value }));
		return { assignments: { assignments: entered } } as unknown as INode['parameters'];
	});
}

/** With some parameters of a node changed. Throws an Error when there is no such node. */
export function withNode(
	workflow: Workflow,
	name: string,
	change: (node: INode) => INode['parameters'],
): Workflow {
	if (!workflow.nodes.some((node) => node.name === name)) throw new Error(`No node ${name}`);
	const nodes = workflow.nodes.map((node) =>
		node.name === name ? { ...node, parameters: { ...node.parameters, ...change(node) } } : node,
	);
	return { ...workflow, nodes };
}

interface Assignments {
	assignments: Array<{ name: string; value: unknown }>;
}
