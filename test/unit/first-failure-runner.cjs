const { default: TestRunner } = require('jest-runner');

/**
 * Runs no test file after one that failed: Stryker needs a single failure for each change. jest's own `bail` would end
 * the process, so Stryker turns it off.
 */
module.exports = class FirstFailureRunner extends TestRunner {
	async runTests(tests, watcher, options) {
		let failed = false;
		this.on('test-file-success', ([, { numFailingTests }]) => {
			failed ||= numFailingTests > 0;
		});
		this.on('test-file-failure', () => {
			failed = true;
		});
		for (const test of tests) {
			if (failed) return;
			await super.runTests([test], watcher, options);
		}
	}
};
