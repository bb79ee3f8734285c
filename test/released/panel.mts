import { NodeHelpers } from 'n8n-workflow';
import type {
	ICredentialType,
	INodeProperties,
	INodePropertyOptions,
	INodeType,
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
	const shown = description.properties.filter((field) =>
		NodeHelpers.displayParameter({}, byVersion(field), { typeVersion: nodeVersion }, description),
	);
	return {
		nodeVersion,
		node: parametersIn(shown),
		credential: parametersIn(credential.properties),
	};
}

/** The field with only those conditions of its `displayOptions` that are about the version of the node. */
function byVersion({ displayOptions, ...field }: INodeProperties): INodeProperties {
	const { '@version': show } = displayOptions?.show ?? {};
	const { '@version': hide } = displayOptions?.hide ?? {};
	return {
		...field,
		displayOptions: {
			...(show && { show: { '@version': show } }),
			...(hide && { hide: { '@version': hide } }),
		},
	};
}

function parametersIn(fields: readonly INodeProperties[], prefix = ''): Parameters {
	return Object.fromEntries(
		fields.flatMap((field) => {
			const { name, type, options = [] } = field;
			const within = type === 'collection' ? (options as INodeProperties[]) : [];
			const values = (options as INodePropertyOptions[]).map(({ value }) => value);
			const parameter = { type, default: field.default, ...(type === 'options' && { values }) };
			const path = `${prefix}${name}`;
			return [[path, parameter], ...Object.entries(parametersIn(within, `${path}.`))];
		}),
	);
}
