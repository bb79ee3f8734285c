import { existsSync } from 'node:fs';
import path from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

const ELSEWHERE = [
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'/Applications/Chromium.app/Contents/MacOS/Chromium',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
	'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Returns the program of an installed Chromium or Chrome, for playwright's `executablePath`: `CHROMIUM_PATH` if set, else
 * from the PATH or the usual folders. Returns undefined if there is none.
 */
export function findChromium(): string | undefined {
	const folders = (process.env.PATH ?? '').split(path.delimiter);
	const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
	const candidates = [process.env.CHROMIUM_PATH ?? '', ...onPath, ...ELSEWHERE];
	return candidates.find((candidate) => candidate !== '' && existsSync(candidate));
}
