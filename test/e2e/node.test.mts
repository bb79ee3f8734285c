/**
 * One smoke test for each operation, and what only a real n8n can show. All suites share one n8n, because it takes longer
 * to start than most of them.
 */
import { openTlsRedirector } from './suites/https.mjs';
import { useTestBed } from './support/test-bed.mjs';

import './suites/credential.mjs';
import './suites/operations.mjs';
import './suites/cancel.mjs';
import './suites/ai-tool.mjs';
// Searches everything that the suites before it have left
import './suites/api-key.mjs';

useTestBed(async () => ({
	// With everything that n8n can log
	env: { N8N_LOG_LEVEL: 'debug', NODE_EXTRA_CA_CERTS: await openTlsRedirector() },
}));
