import { chromium, selectors, type Browser } from 'playwright-core';

import { findChromium } from '../n8n-harness/chromium.mjs';

/** The editor in a headless browser is in want of nothing but n8n itself. */
const QUIET = [
	'--disable-gpu',
	'--disable-quic',
	'--no-first-run',
	'--disable-background-networking',
	'--disable-component-update',
	'--disable-sync',
];

/** Throws an Error that says what to do when there is no Chromium. */
export async function launchBrowser(): Promise<Browser> {
	const executablePath = findChromium();
	if (executablePath === undefined) {
		throw new Error('No Chromium or Chrome found: install one, or set CHROMIUM_PATH.');
	}
	// As n8n's editor marks its elements
	selectors.setTestIdAttribute('data-test-id');
	// Its sandbox needs rights that root and containers lack; it sees no page but n8n's
	return await chromium.launch({ executablePath, args: QUIET, chromiumSandbox: false });
}
