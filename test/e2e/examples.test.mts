/**
 * Each workflow of `examples/`, imported as it is and run to what it is for, with n8n's own nodes at the far end. One
 * of them is parked for a minute, so all run side by side.
 */
import { useExamplesLab } from './support/examples-test-bed.mjs';

// The longest first
import './examples/long-queue-sftp.mjs';
import './examples/store-in-s3.mjs';
import './examples/scheduled-data-table.mjs';
import './examples/ai-agent-tool.mjs';
import './examples/retry-and-upgrade.mjs';

useExamplesLab();
