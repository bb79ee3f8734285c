/**
 * Every file that needs Node itself (servers, processes, timers) is `.mts`. The community lint rules, which apply to all
 * `.ts` files, forbid these. That is right for a node, but not for its tests.
 */
const common = {
	testEnvironment: 'node',
	moduleFileExtensions: ['ts', 'mts', 'js', 'mjs', 'cjs', 'json', 'node'],
	moduleNameMapper: { '^(\\.{1,2}/.*)\\.mjs$': ['$1.mts', '$1.mjs'] },
	transform: {
		'\\.(m?ts|mjs)$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript' }, target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
};

/**
 * Coverage is measured on the sources, so with --coverage the integration tests run these, and not the compiled files.
 */
const sourcesForBuilt = process.argv.includes('--coverage')
	? { '/dist/((?:nodes|credentials)/.+)\\.js$': '<rootDir>/$1.ts' }
	: {};

const atLeast = { statements: 95, branches: 95 };

module.exports = {
	// Tests that mostly wait for n8n (`test.concurrent`) all run in parallel
	maxConcurrency: 100,
	testSequencer: '<rootDir>/test/e2e/longest-first.cjs',
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
