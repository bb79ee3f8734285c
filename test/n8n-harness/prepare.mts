/** Runs before the end-to-end tests: installs n8n if it is missing, and packs the package for all of them. */
import { installN8n } from './install.mjs';
import { packPackage } from './package-under-test.mjs';
import { shownOnTerminal } from './system/progress.mjs';
import { preparedTarball } from './sandbox.mjs';

await installN8n(shownOnTerminal);
await packPackage(preparedTarball(), shownOnTerminal);
