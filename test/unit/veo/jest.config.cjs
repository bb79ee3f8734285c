/** Only the tests of veo/. They load nothing of n8n, so that a thousand mutants take minutes. */
const { projects } = require('../../../jest.config.cjs');

module.exports = {
	...projects.find(({ displayName }) => displayName === 'unit'),
	rootDir: '../../..',
	runner: '<rootDir>/test/unit/first-failure-runner.cjs',
	// A test may reach its subject through other folders
	roots: ['<rootDir>/nodes/ApikleyVeo', '<rootDir>/test/unit'],
	testMatch: ['<rootDir>/test/unit/veo/**/*.test.ts'],
};
