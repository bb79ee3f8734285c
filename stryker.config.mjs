/** What the unit tests of a folder in nodes/ApikleyVeo would notice if it went wrong. */
export const mutationOf = (folder) => ({
	mutate: [`nodes/ApikleyVeo/${folder}/**/*.ts`],
	testRunner: 'jest',
	// Of its own: from a file with `projects` each test would run once for each of them
	jest: { projectType: 'custom', configFile: `test/unit/${folder}/jest.config.cjs` },
	coverageAnalysis: 'perTest',
	concurrency: 2,
	// Beyond this a mutant has got into a loop, also on a busy machine
	timeoutMS: 2_000,
	// Only what has changed is tried again
	incremental: true,
	incrementalFile: `coverage/mutation/${folder}.json`,
	htmlReporter: { fileName: `coverage/mutation/${folder}.html` },
	reporters: ['clear-text', 'html', 'progress'],
	clearTextReporter: { allowColor: false, reportTests: false },
	tempDirName: `coverage/mutants/${folder}`,
	ignorePatterns: [
		'coverage',
		'dist',
		'docs',
		'test/e2e',
		'test/n8n-harness',
		'bench',
		'test/simulator',
	],
	thresholds: { high: 95, low: 90, break: 90 },
});

export default mutationOf('veo');
