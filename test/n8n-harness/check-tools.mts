/**
 * Reports what is missing for a complete run of the tests. Exit code 77 (skipped) tells `npm test` that some tests will
 * be skipped. In CI, where every test must run, that is a failure.
 */
import { findChromium } from './chromium.mjs';
import { findQueuePrograms } from './queue/programs.mjs';

const SKIPPED = 77;

const chromium = findChromium();
const programs = findQueuePrograms();

console.log(
	chromium === undefined
		? 'No Chromium or Chrome found, so the editor tests are skipped. Install one, or set CHROMIUM_PATH.'
		: `Chromium: ${chromium}`,
);
console.log(
	'missing' in programs
		? `Not found: ${programs.missing.join(', ')}. The test of n8n's queue mode is skipped. Install them, or add them to the PATH.`
		: `Redis: ${programs.redisServer}\nPostgreSQL: ${programs.postgres}`,
);
if (chromium === undefined || 'missing' in programs) {
	process.exitCode = process.env.CI === 'true' ? 1 : SKIPPED;
}
