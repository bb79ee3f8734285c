/**
 * Says what is missing for a complete run of the tests. Exit code 77 (skipped) tells `npm test` that some tests
 * will be left out; in CI, where nothing may be left out silently, it is a failure.
 */
import { findChromium } from './chromium.mjs';

const SKIPPED = 77;

const chromium = findChromium();
if (chromium === undefined) {
	console.log(
		'No Chromium or Chrome found: the tests of the editor are left out. Install one, or set CHROMIUM_PATH.',
	);
	process.exitCode = process.env.CI === 'true' ? 1 : SKIPPED;
} else {
	console.log(`Chromium: ${chromium}`);
}
