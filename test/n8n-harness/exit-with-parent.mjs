/**
 * Loaded into a TiedProcess, e.g. n8n, before its own script; plain JavaScript, as an older Node.js runs an older n8n. The starter holds the other end of a pipe; when that
 * closes, whatever the reason (Ctrl-C, crash, kill -9), the process and all it started end at once.
 */
import { Socket } from 'node:net';

const fd = Number(process.env.N8N_SANDBOX_PARENT_PIPE);
// Not for the processes that this one starts: they are ended with its group
delete process.env.N8N_SANDBOX_PARENT_PIPE;

if (fd) {
	const pipe = new Socket({ fd, readable: true, writable: false });
	pipe.on('error', end).on('close', end).resume();
	pipe.unref();
}

function end() {
	try {
		// The whole group, which this process leads
		process.kill(-process.pid, 'SIGKILL');
	} catch {
		// Windows has no groups
		process.exit(1);
	}
}
