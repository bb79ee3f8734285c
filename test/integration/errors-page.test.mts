import { readFile } from 'node:fs/promises';

import { PAGE, writePage } from '../errors-page/page.mjs';
import { simulator, useSimulator } from './support/simulated.mjs';

useSimulator();

/** `npm run docs:errors` updates the page. */
test('docs/errors.md has the messages and items of the built node', async () => {
	expect(await readFile(PAGE, 'utf8')).toBe(await writePage(simulator));
});
