import type {
	IConnections,
	IDataObject,
	INode,
	INodeParameters,
	IWorkflowSettings,
} from 'n8n-workflow';
import { randomUUID } from 'node:crypto';

/** The body of `POST /rest/workflows`. A run by hand starts from the first node. */
export interface Workflow {
	name: string;
	nodes: INode[];
	connections: IConnections;
	settings: IWorkflowSettings;
	active: false;
}

/** A node without a position. It may have everything that n8n allows in a node. */
export interface NodeSpec extends Partial<Omit<INode, 'name' | 'parameters'>> {
	name: string;
	type: string;
	typeVersion: number;
	parameters?: INodeParameters;
}

const GRID = 240;

/**
 * Builds a workflow node by node. The first node is the trigger.
 *
 * new WorkflowBuilder('Name').then(manualTrigger()).then(items([...])).then(apikleyVeo({...})).build()
 */
export class WorkflowBuilder {
	private readonly nodes: INode[] = [];
	private readonly connections: IConnections = {};
	private last: string | undefined;

	constructor(
		private readonly name: string,
		private readonly settings: IWorkflowSettings = {},
	) {}

	/** Adds a node after the first output of the node that `then` added last. */
	then(spec: NodeSpec): this {
		if (this.last !== undefined) this.connect(this.last, spec.name);
		this.add(spec, [this.nodes.length * GRID, 0]);
		this.last = spec.name;
		return this;
	}

	/** Adds a node after each output of the node that `then` added last: the first one after output 0, and so on. */
	branch(...specs: readonly NodeSpec[]): this {
		const from = this.last ?? '';
		const x = this.nodes.length * GRID;
		specs.forEach((spec, output) => {
			this.add(spec, [x, (output - (specs.length - 1) / 2) * GRID]);
			this.connect(from, spec.name, output);
		});
		return this;
	}

	/** Adds a node without connections. */
	add(spec: NodeSpec, position: [number, number] = [0, 2 * GRID]): this {
		this.nodes.push({ id: randomUUID(), position, parameters: {}, ...spec });
		return this;
	}

	/** Connects two nodes by name, e.g. `connect('Tool', 'Agent', 0, 'ai_tool')`. */
	connect(
		from: string,
		to: string,
		output = 0,
		type: 'main' | 'ai_tool' | 'ai_languageModel' = 'main',
		input = 0,
	): this {
		const outputs = ((this.connections[from] ??= {})[type] ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node: to, type, index: input });
		return this;
	}

	build(): Workflow {
		const { name, nodes, connections, settings } = this;
		return { name, nodes, connections, settings, active: false };
	}
}

export function manualTrigger(name = 'Start'): NodeSpec {
	return { name, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1 };
}

/** A webhook that responds at once (`onReceived`) or at the end of the workflow (`lastNode`). */
export function webhookTrigger(
	path: string,
	responseMode: 'onReceived' | 'lastNode' = 'onReceived',
): NodeSpec {
	return {
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		webhookId: path,
		parameters: { httpMethod: 'POST', path, responseMode, options: {} },
	};
}

/** Outputs these items, whatever its input. */
export function items(list: readonly IDataObject[]): NodeSpec {
	const output = list.map((json) => ({ json }));
	return {
		name: 'Items',
		type: 'n8n-nodes-base.code',
		typeVersion: 2,
		parameters: { jsCode: `return ${JSON.stringify(output, null, 2)};` },
	};
}

/** Sets one field of each item to an expression, e.g. `setField('back', "={{ $('Items').item.json.id }}")`. */
export function setField(field: string, expression: string, name = 'Set'): NodeSpec {
	return {
		name,
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: {
			assignments: {
				assignments: [{ id: randomUUID(), name: field, value: expression, type: 'string' }],
			},
			includeOtherFields: true,
			options: {},
		},
	};
}

export function noOp(name: string): NodeSpec {
	return { name, type: 'n8n-nodes-base.noOp', typeVersion: 1 };
}

/** The node under test, with its credential and everything else that n8n allows (`onError`, …). */
export function apikleyVeo(
	parameters: INodeParameters,
	credential: { id: string; name: string },
	more: Partial<NodeSpec> = {},
): NodeSpec {
	return {
		name: 'Apikley Veo',
		type: 'n8n-nodes-apikley.apikleyVeo',
		typeVersion: 1,
		parameters: { resource: 'videoTask', ...parameters },
		credentials: { apikleyApi: credential },
		...more,
	};
}

/** The trigger. Its address is `/webhook/WEBHOOK_ID/apikley-veo`. */
export function apikleyVeoTrigger(
	webhookId: string,
	credential: { id: string; name: string },
	parameters: INodeParameters = {},
): NodeSpec {
	return {
		name: 'Apikley Veo Trigger',
		type: 'n8n-nodes-apikley.apikleyVeoTrigger',
		typeVersion: 1.1,
		webhookId,
		parameters,
		credentials: { apikleyApi: credential },
	};
}
