/**
 * Loaded into n8n before n8n itself: tells its CPU time so far, of all its threads, and its memory, to whoever asks on
 * the port. Asking the process itself works on every system, and to the microsecond. Asked for `/collected`, it collects
 * garbage before.
 */
import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const port = Number(process.env.BENCH_METER_PORT);
// Not for the processes that n8n starts
delete process.env.BENCH_METER_PORT;

const EVERY_MS = 20;

if (port) {
	let peak = 0;
	const look = () => {
		peak = Math.max(peak, process.memoryUsage.rss());
	};
	setInterval(look, EVERY_MS).unref();
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;
	createServer(({ url }, response) => {
		if (url === '/collected') collectGarbage();
		look();
		const memory = process.memoryUsage();
		response.end(JSON.stringify({ cpu: process.cpuUsage(), memory, peak }));
		peak = 0;
	})
		.listen(port, '127.0.0.1')
		.unref();
}
