import { operations } from '../operations';
import { STATUS_OUTPUTS } from '../output/outputData';

const byStatus = STATUS_OUTPUTS.map((displayName) => ({ type: 'main', displayName }));

/** They keep one output, even if Outputs is left over from another operation. */
const single = operations
	.filter(({ fields }) => !fields.includes('outputMode'))
	.map(({ option }) => option.value);

/** n8n evaluates this for each node on the canvas. Only the node's parameters are available. */
export const outputs =
	`={{ $parameter["outputMode"] === "byStatus" && !${JSON.stringify(single)}.includes($parameter["operation"]) ? ${JSON.stringify(byStatus)} : ["main"] }}` as const;

const NAMES = Object.fromEntries(operations.map(({ option }) => [option.value, option.name]));

/** The line below the node's name. */
export const subtitle = `={{ (${JSON.stringify(NAMES)})[$parameter["operation"]] }}`;
