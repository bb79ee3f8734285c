import { STATUS_OUTPUTS } from '../output/outputData';

const byStatus = STATUS_OUTPUTS.map((displayName) => ({ type: 'main', displayName }));

/** n8n evaluates this for each node on the canvas; it knows nothing but the node's parameters. */
export const outputs =
	`={{ $parameter["outputMode"] === "byStatus" ? ${JSON.stringify(byStatus)} : ["main"] }}` as const;

/** The line below the node's name. */
export const subtitle =
	'={{ { download: "Download", getStatus: "Get status", waitUntilComplete: "Wait until complete" }[$parameter["operation"]] }}';
