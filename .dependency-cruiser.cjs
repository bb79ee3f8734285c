/**
 * `npm run check:architecture`: the folders of the node are floors. Every import leads to a lower floor, and none is
 * circular, type imports included.
 */

/** From the top down. */
const FLOORS = [
	'description',
	'operations',
	'execution',
	'trigger',
	'output',
	'parameters',
	'errors',
	'n8n',
	'veo',
];

const folder = (name) => `^nodes/ApikleyVeo/${name}/`;

const upward = FLOORS.slice(1).map((floor, index) => ({
	name: `${floor}-imports-only-from-below`,
	severity: 'error',
	from: { path: folder(floor) },
	to: { path: [...FLOORS.slice(0, index + 1).map(folder), '\\.node\\.ts$', '^credentials/'] },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
	forbidden: [
		...upward,
		{ name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
		{
			name: 'veo-imports-only-itself',
			comment: 'It reaches n8n and Node through its ports, so that its tests can inject time.',
			severity: 'error',
			from: { path: folder('veo') },
			to: { pathNot: folder('veo') },
		},
		{
			name: 'the-context-stays-in-execute-and-session',
			comment: 'The rest of the engine works on requests, jobs and results.',
			severity: 'error',
			from: { path: folder('execution'), pathNot: '/(execute|session)\\.ts$' },
			to: { path: '^n8n-workflow$|node_modules/n8n-workflow/' },
		},
	],
	options: {
		doNotFollow: { path: 'node_modules' },
		tsConfig: { fileName: 'tsconfig.json' },
		tsPreCompilationDeps: true,
	},
};
