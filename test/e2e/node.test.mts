/**
 * What a user sees of the node in a real n8n. One n8n for all suites: to start it takes longer than most of them.
 */
import { useLab } from './support/test-bed.mjs';

import './suites/credential.mjs';
import './suites/operations.mjs';
import './suites/downloads.mjs';
import './suites/failures.mjs';
import './suites/bad-input.mjs';
import './suites/cancel.mjs';
import './suites/ai-tool.mjs';
import './suites/production.mjs';
// Searches what all the others have left behind
import './suites/api-key.mjs';

// With all that n8n can be brought to log
useLab({ N8N_LOG_LEVEL: 'debug' });
