import { NodeHelpers } from 'n8n-workflow';
import type {
	ICredentialType,
	INodeParameters,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

/** What a saved workflow relies on: it holds no value that is the default. */
export interface Parameter {
	readonly type: string;
	readonly default: unknown;
	/** Of a list to choose from. */
	readonly values?: readonly unknown[];
}

/** By its name, in a collection `polling.interval`. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** What users have set, of one version of the node. */
export interface Panel {
	readonly nodeVersion: number;
	readonly node: Parameters;
	readonly credential: Parameters;
}

/** The versions of a node that n8n can run. */
export function versionsOf({ description }: INodeType): readonly number[] {
	return [description.version].flat();
}

/** As the editor offers it to a node of this version. */
export function panelOf(
	{ description }: INodeType,
	credential: ICredentialType,
	nodeVersion: number,
): Panel {
	return {
		nodeVersion,
		node: parametersIn(description.properties.filter(isThereIn(nodeVersion, description))),
		credential: parametersIn(credential.properties),
	};
}

/** `displayOptions` can tie a field to versions of the node, among other things. */
const isThereIn =
	(typeVersion: number, description: INodeTypeDescription) =>
	({ displayOptions, ...field }: INodeProperties): boolean => {
		const { '@version': show } = displayOptions?.show ?? {};
		const { '@version': hide } = displayOptions?.hide ?? {};
		const ofVersion: INodeProperties = {
			...field,
			displayOptions: {
				...(show && { show: { '@version': show } }),
				...(hide && { hide: { '@version': hide } }),
			},
		};
		const none: INodeParameters = {};
		return NodeHelpers.displayParameter(none, ofVersion, { typeVersion }, description);
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
