/** `npm run docs:errors`: writes docs/errors.md with the messages of the built node. */
import { writeFile } from 'node:fs/promises';

import { startSimulator } from '../simulator/simulator.mjs';
import { PAGE, writePage } from './page.mjs';

const simulator = await startSimulator();
try {
	await writeFile(PAGE, await writePage(simulator));
} finally {
	await simulator.close();
}
