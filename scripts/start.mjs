#!/usr/bin/env node
/** `npm start`: the demo, from a fresh clone. See test/real-n8n/demo/demo.mts. */
import { installDependencies } from './dependencies.mjs';

await installDependencies();
const { tsImport } = await import('tsx/esm/api');
await tsImport('../test/real-n8n/demo/demo.mts', import.meta.url);
