import { NodeHelpers } from 'n8n-workflow';
import type {
	ICredentialType,
	IDisplayOptions,
	INodeParameters,
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

/** What users can set in one version of the node, in the trigger and in the credential. */
export interface Panel {
	readonly nodeVersion: number;
	/** For each operation, because the same parameter can have another default there. */
	readonly node: Readonly<Record<string, Parameters>>;
	readonly trigger: Parameters;
	readonly credential: Parameters;
}

/** The versions of the node that n8n can run. */
export function versionsOf({ description }: INodeType): readonly number[] {
	return [description.version].flat();
}

/** The panels as the editor shows them, that of the node for this version of it. */
export function panelOf(
	{ description }: INodeType,
	trigger: INodeType,
	credential: ICredentialType,
	nodeVersion: number,
): Panel {
	const shownFor = (values: INodeParameters) =>
		description.properties.filter((field) =>
			NodeHelpers.displayParameter(
				values,
				onlyBy(['@version', ...Object.keys(values)], field),
				{ typeVersion: nodeVersion },
				description,
			),
		);
	const operations = shownFor({})
		.filter(({ name }) => name === 'operation')
		.flatMap(({ displayOptions, options }) => {
			const [resource] = displayOptions?.show?.resource ?? [];
			const choices = options as INodePropertyOptions[];
			return choices.map(({ value }) => ({ resource: String(resource), operation: String(value) }));
		});
	return {
		nodeVersion,
		node: Object.fromEntries(
			operations.map((values) => [values.operation, parametersIn(shownFor(values))]),
		),
		trigger: parametersIn(trigger.description.properties),
		credential: parametersIn(credential.properties),
	};
}

type Conditions = NonNullable<IDisplayOptions['show']>;

/** The field with only those conditions of its `displayOptions` that have one of these names. */
function onlyBy(names: readonly string[], { displayOptions, ...field }: INodeProperties) {
	const pick = (conditions: Conditions = {}) =>
		Object.fromEntries(Object.entries(conditions).filter(([name]) => names.includes(name)));
	const { show, hide } = displayOptions ?? {};
	return { ...field, displayOptions: { show: pick(show), hide: pick(hide) } };
}

const CHOICES = ['options', 'multiOptions'];

function parametersIn(fields: readonly INodeProperties[], prefix = ''): Parameters {
	const saved = fields.filter(({ type }) => type !== 'notice');
	return Object.fromEntries(
		saved.flatMap((field) => {
			const { name, type, options = [] } = field;
			const within = type === 'collection' ? (options as INodeProperties[]) : [];
			const values = (options as INodePropertyOptions[]).map(({ value }) => value);
			const parameter = { type, default: field.default, ...(CHOICES.includes(type) && { values }) };
			const path = `${prefix}${name}`;
			return [[path, parameter], ...Object.entries(parametersIn(within, `${path}.`))];
		}),
	);
}
