/**
 * Runs each workflow of `examples/` as it is, with n8n's own nodes and real servers. One of them is parked for a minute,
 * so they run in parallel.
 */
import { useExamples } from './support/examples.mjs';

// The longest first
import './examples/long-queue-sftp.mjs';
import './examples/store-in-s3.mjs';
import './examples/scheduled-data-table.mjs';
import './examples/ai-agent-tool.mjs';
import './examples/retry-and-upgrade.mjs';

useExamples();
