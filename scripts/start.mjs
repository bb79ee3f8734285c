#!/usr/bin/env node
/** `npm start`: the demo, from a fresh clone. See test/real-n8n/demo/demo.mts. */
import { installDependencies, root } from './dependencies.mjs';

process.chdir(root);
await installDependencies();
const { tsImport } = await import('tsx/esm/api');
await tsImport('../test/real-n8n/demo/demo.mts', import.meta.url);
