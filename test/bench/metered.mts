/**
 * Loaded into n8n before n8n itself: tells its CPU time so far, of all its threads, and its memory, to whoever asks on
 * the port. Asking the process itself works on every system, and to the microsecond.
 */
import { createServer } from 'node:http';

const port = Number(process.env.BENCH_METER_PORT);
// Not for the processes that n8n starts
delete process.env.BENCH_METER_PORT;

if (port) {
	createServer((_, response) => {
		response.end(JSON.stringify({ cpu: process.cpuUsage(), memory: process.memoryUsage() }));
	})
		.listen(port, '127.0.0.1')
		.unref();
}
