/** `npm run test:mutation`: what the knowledge's own unit tests would notice if it went wrong. */
export default {
	mutate: ['nodes/ApikleyVeo/veo/**/*.ts'],
	testRunner: 'jest',
	// Of its own: from a file with `projects` each test would run once for each of them
	jest: { projectType: 'custom', configFile: 'test/unit/veo/jest.config.cjs' },
	coverageAnalysis: 'perTest',
	concurrency: 2,
	// Beyond this a mutant has got into a loop, also on a busy machine
	timeoutMS: 30_000,
	// Only what has changed is tried again
	incremental: true,
	incrementalFile: 'coverage/mutation.json',
	htmlReporter: { fileName: 'coverage/mutation.html' },
	reporters: ['clear-text', 'html', 'progress'],
	clearTextReporter: { allowColor: false, reportTests: false },
	tempDirName: 'coverage/mutants',
	ignorePatterns: [
		'coverage',
		'dist',
		'docs',
		'test/e2e',
		'test/n8n-harness',
		'bench',
		'test/simulator',
	],
	thresholds: { high: 95, low: 90, break: 85 },
};
