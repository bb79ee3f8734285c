/**
 * Everything that needs Node itself (servers, processes, timers) is `.mts`: the community lint rules hold
 * for every `.ts` file and forbid those things, rightly for a node, needlessly for a test of one.
 */
const common = {
	testEnvironment: 'node',
	moduleFileExtensions: ['ts', 'mts', 'js', 'mjs', 'cjs', 'json', 'node'],
	moduleNameMapper: { '^(\\.{1,2}/.*)\\.mjs$': ['$1.mts', '$1.mjs'] },
	transform: {
		'\\.m?ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
};

/**
 * Coverage is measured on the sources: with --coverage the engine of the integration tests runs them too, where
 * it otherwise runs what tsc has made of them.
 */
const sourcesForBuilt = process.argv.includes('--coverage')
	? { '/dist/((?:nodes|credentials)/.+)\\.js$': '<rootDir>/$1.ts' }
	: {};

const atLeast = { statements: 95, branches: 95 };

module.exports = {
	// The tests that only wait for n8n (`test.concurrent`) wait together
	maxConcurrency: 100,
	collectCoverageFrom: ['{nodes,credentials}/**/*.ts'],
	coverageReporters: [['text', { skipFull: true }]],
	coverageThreshold: { './nodes/': atLeast, './credentials/': atLeast },
	projects: [
		{ ...common, displayName: 'unit', testMatch: ['<rootDir>/test/unit/**/*.test.{ts,mts}'] },
		{
			...common,
			displayName: 'integration',
			moduleNameMapper: { ...common.moduleNameMapper, ...sourcesForBuilt },
			testMatch: ['<rootDir>/test/integration/**/*.test.mts'],
		},
		{ ...common, displayName: 'e2e', testMatch: ['<rootDir>/test/e2e/**/*.test.mts'] },
		{ ...common, displayName: 'versions', testMatch: ['<rootDir>/test/versions/**/*.test.mts'] },
	],
};
