import { chromium, selectors, type Browser } from 'playwright-core';

import { findChromium } from '../n8n-harness/chromium.mjs';

/** Turns off what the editor does not need in a headless browser. */
const QUIET = [
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Throws an Error that says what to do if there is no Chromium. */
export async function launchBrowser(): Promise<Browser> {
	const executablePath = findChromium();
	if (executablePath === undefined) {
		throw new Error('No Chromium or Chrome found: install one, or set CHROMIUM_PATH.');
	}
	// The attribute that n8n's editor uses
	selectors.setTestIdAttribute('data-test-id');
	// Its sandbox needs rights that root and containers lack. It only opens n8n's pages
	return await chromium.launch({ executablePath, args: QUIET, chromiumSandbox: false });
}
