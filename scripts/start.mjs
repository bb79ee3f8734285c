#!/usr/bin/env node
/** `npm start`: the demo, from a fresh clone. See test/n8n-harness/demo/demo.mts. */
import { installDependencies, root } from './dependencies.mjs';

process.chdir(root);
// Before anything else: the end of npm must be noticed even while the demo loads
if (process.env.npm_lifecycle_event) process.env.N8N_SANDBOX_PARENT = String(process.ppid);
await installDependencies();
const { tsImport } = await import('tsx/esm/api');
await tsImport('../test/n8n-harness/demo/demo.mts', import.meta.url);
