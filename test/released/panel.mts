import { NodeHelpers } from 'n8n-workflow';
import type {
	ICredentialType,
	INodeParameters,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/** What saved workflows rely on. A default counts, because n8n doesn't save values that equal it. */
export interface Parameter {
	readonly type: string;
	readonly default: unknown;
	/** The choices, if there is a list of them. */
	readonly values?: readonly unknown[];
}

/** Parameters by name. In a collection: `polling.interval`. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** What users can set in one version of the node. */
export interface Panel {
	readonly nodeVersion: number;
	readonly node: Parameters;
	readonly credential: Parameters;
}

/** The versions of the node that n8n can run. */
export function versionsOf({ description }: INodeType): readonly number[] {
	return [description.version].flat();
}

/** The panel as the editor shows it for a node of this version. */
export function panelOf(
	{ description }: INodeType,
	credential: ICredentialType,
	nodeVersion: number,
): Panel {
	return {
		nodeVersion,
		node: parametersIn(description.properties.filter(existsIn(nodeVersion, description))),
		credential: parametersIn(credential.properties),
	};
}

/** Only looks at the versions of the node in `displayOptions`, and ignores all other conditions. */
const existsIn =
	(typeVersion: number, description: INodeTypeDescription) =>
	({ displayOptions, ...field }: INodeProperties): boolean => {
		const { '@version': show } = displayOptions?.show ?? {};
		const { '@version': hide } = displayOptions?.hide ?? {};
		const byVersion: INodeProperties = {
			...field,
			displayOptions: {
				...(show && { show: { '@version': show } }),
				...(hide && { hide: { '@version': hide } }),
			},
		};
		const none: INodeParameters = {};
		return NodeHelpers.displayParameter(none, byVersion, { typeVersion }, description);
	};

function parametersIn(fields: readonly INodeProperties[], prefix = ''): Parameters {
	return Object.fromEntries(
		fields.flatMap((field) => {
			const { name, type, options = [] } = field;
			const parameter: Parameter = { type, default: field.default };
			const path = `${prefix}${name}`;
			if (type === 'collection') {
				const within = parametersIn(options as INodeProperties[], `${path}.`);
				return [[path, parameter] as const, ...Object.entries(within)];
			}
			if (type !== 'options') return [[path, parameter] as const];
			const values = (options as INodePropertyOptions[]).map(({ value }) => value);
			return [[path, { ...parameter, values }] as const];
		}),
	);
}
