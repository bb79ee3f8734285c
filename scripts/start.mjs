#!/usr/bin/env node
/** `npm start`: the demo, on a fresh clone too. See test/n8n-harness/demo/demo.mts. */
import { installDependencies, root } from './dependencies.mjs';

process.chdir(root);
// Before anything else, because npm may end while the demo still loads
if (process.env.npm_lifecycle_event) process.env.N8N_SANDBOX_PARENT = String(process.ppid);
await installDependencies();
const { tsImport } = await import('tsx/esm/api');
await tsImport('../test/n8n-harness/demo/demo.mts', import.meta.url);
