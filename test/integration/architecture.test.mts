import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const VEO = path.resolve('nodes/ApikleyVeo/veo');
const FOREIGN =
	/\b(?:process|Buffer|setTimeout|setInterval|setImmediate|fetch|globalThis)\b\s*[.(]/;

/** `npm run check:architecture` checks its imports. */
test('veo/ uses no globals that only Node or a browser has', () => {
	const files = readdirSync(VEO, { recursive: true, encoding: 'utf8' });
	const sources = files.filter((file) => file.endsWith('.ts'));
	expect(sources.length).toBeGreaterThan(5);
	const foreign = sources.filter((file) =>
		FOREIGN.test(readFileSync(path.join(VEO, file), 'utf8')),
	);
	expect(foreign).toEqual([]);
});
