/** Runs before the end-to-end tests: installs n8n if it is missing, and packs the package for all of them. */
import { prepareSandboxes } from './sandbox.mjs';

await prepareSandboxes();
