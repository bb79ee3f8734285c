import { readFile } from 'node:fs/promises';

import { PAGE, writePage } from '../errors-page/page.mjs';
import { simulator, useSimulator } from './support/simulated.mjs';

useSimulator();

/** Else `npm run docs:errors` writes it anew. */
test('docs/errors.md says of each error what a user reads, with every On Error setting', async () => {
	expect(await readFile(PAGE, 'utf8')).toBe(await writePage(simulator));
});
