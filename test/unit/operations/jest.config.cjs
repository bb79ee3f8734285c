/** The tests that read the operations. */
const { projects } = require('../../../jest.config.cjs');

module.exports = {
	...projects.find(({ displayName }) => displayName === 'unit'),
	rootDir: '../../..',
	runner: '<rootDir>/test/unit/first-failure-runner.cjs',
	roots: ['<rootDir>/credentials', '<rootDir>/nodes', '<rootDir>/test/unit'],
	testMatch: ['<rootDir>/test/unit/{ApikleyVeo.node,parameters/taskRequest}.test.ts'],
};
