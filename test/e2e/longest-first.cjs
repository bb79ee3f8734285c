const path = require('node:path');

const { default: Sequencer } = require('@jest/test-sequencer');

/** The end-to-end files that wait for the longest time. Without a cache, jest sorts files by size. */
const FIRST = [
	'parking.test.mts',
	'paid-once.test.mts',
	'parking-queue.test.mts',
	'examples.test.mts',
	'waking.test.mts',
	'node.test.mts',
];

/** Starts the end-to-end files that take the longest before all others. */
module.exports = class LongestFirst extends Sequencer {
	sort(tests) {
		const rank = ({ path: file }) => {
			const index = file.includes(`${path.sep}e2e${path.sep}`)
				? FIRST.indexOf(path.basename(file))
				: -1;
			return index === -1 ? FIRST.length : index;
		};
		return super.sort(tests).sort((a, b) => rank(a) - rank(b));
	}
};
