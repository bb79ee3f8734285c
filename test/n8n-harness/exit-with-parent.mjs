/**
 * Loaded into a ManagedProcess, e.g. n8n, before its own script. The process that started it holds the other end of a
 * pipe. When that end closes, for whatever reason (Ctrl-C, crash, kill -9), this process and everything it started end
 * at once. It is plain JavaScript because older versions of n8n need an older Node.js.
 */
import { Socket } from 'node:net';

const fd = Number(process.env.N8N_SANDBOX_PARENT_PIPE);
// Child processes must not inherit it: they end with the process group
delete process.env.N8N_SANDBOX_PARENT_PIPE;

if (fd) {
	const pipe = new Socket({ fd, readable: true, writable: false });
	pipe.on('error', end).on('close', end).resume();
	pipe.unref();
}

function end() {
	try {
		// The whole process group, which this process leads
		process.kill(-process.pid, 'SIGKILL');
	} catch {
		// Windows has no process groups
		process.exit(1);
	}
}
