/** The workflows of `examples/`, and what their users do after the import. */
import type { INode, INodeParameters } from 'n8n-workflow';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import type { CredentialReference } from './client.mjs';
import { projectRoot } from './system/project-root.mjs';
import type { Workflow } from './workflows.mjs';

const FOLDER = path.join(projectRoot(), 'examples');

export const STICKY_NOTE = 'n8n-nodes-base.stickyNote';

/** The credential of each type of node in the examples. All others need none. */
const CREDENTIAL_TYPES: Readonly<Record<string, string>> = {
	'n8n-nodes-apikley.apikleyVeo': 'apikleyApi',
	'n8n-nodes-apikley.apikleyVeoTool': 'apikleyApi',
	'n8n-nodes-apikley.apikleyVeoTrigger': 'apikleyApi',
	'n8n-nodes-base.ftp': 'sftp',
	'n8n-nodes-base.s3': 's3',
	'n8n-nodes-base.telegram': 'telegramApi',
	'@n8n/n8n-nodes-langchain.lmChatOpenAi': 'openAiApi',
};

/** Their names, without `.json`. */
export const EXAMPLES: readonly string[] = readdirSync(FOLDER).map((file) =>
	path.basename(file, '.json'),
);

export function exampleFile(name: string): string {
	return path.join(FOLDER, `${name}.json`);
}

export function readExample(name: string): Workflow {
	return JSON.parse(readFileSync(exampleFile(name), 'utf8')) as Workflow;
}

/** The types of all credentials that the examples need. */
export const EXAMPLE_CREDENTIALS: readonly string[] = [...new Set(Object.values(CREDENTIAL_TYPES))];

/** The type of the credential that a node needs; undefined if it needs none. */
export function credentialTypeOf({ type }: Pick<INode, 'type'>): string | undefined {
	return CREDENTIAL_TYPES[type];
}

/** True if a node needs an account elsewhere than at Apikley. */
export function isForeign(node: Pick<INode, 'type'>): boolean {
	return ![undefined, 'apikleyApi'].includes(credentialTypeOf(node));
}

/** Returns the workflow with a credential chosen in each node whose type is among the given ones. */
export function withCredentials(
	workflow: Workflow,
	byType: Readonly<Record<string, CredentialReference>>,
): Workflow {
	return {
		...workflow,
		nodes: workflow.nodes.map((node) => {
			const type = credentialTypeOf(node) ?? '';
			const credential = byType[type];
			return credential === undefined ? node : { ...node, credentials: { [type]: credential } };
		}),
	};
}

/** Returns the workflow with other values of some parameters, by the name of the node. Throws an Error if there is no such node. */
export function withParameters(
	workflow: Workflow,
	byNode: Readonly<Record<string, INodeParameters>>,
): Workflow {
	const names = workflow.nodes.map((node) => node.name);
	const missing = Object.keys(byNode).filter((name) => !names.includes(name));
	if (missing.length > 0) throw new Error(`No such node: ${missing.join(', ')}`);
	const nodes = workflow.nodes.map((node) => ({
		...node,
		parameters: { ...node.parameters, ...byNode[node.name] },
	}));
	return { ...workflow, nodes };
}
