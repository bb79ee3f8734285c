/**
 * Runs each workflow of `examples/` as it is, with n8n's own nodes and real servers. Some wait for tasks, so they run in
 * parallel.
 */
import { useExamples } from './support/examples.mjs';

// The longest first
import './examples/store-in-s3.mjs';
import './examples/long-queue-sftp.mjs';
import './examples/scheduled-data-table.mjs';
import './examples/ai-agent-tool.mjs';
import './examples/fire-and-forget.mjs';
import './examples/retry-and-upgrade.mjs';
import './examples/first-video.mjs';

useExamples();
