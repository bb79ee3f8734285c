/**
 * Loaded into the n8n process before n8n itself. Serves the CPU time so far (of all threads) and the memory of the process
 * on a port. Measured by the process itself, they are exact to the microsecond and available on every system. A request for
 * `/collected` collects garbage first.
 */
import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const port = Number(process.env.BENCH_METER_PORT);
// Processes that n8n starts must not use the same port
delete process.env.BENCH_METER_PORT;

const SAMPLE_MS = 20;

if (port) {
	let peak = 0;
	const sample = () => {
		peak = Math.max(peak, process.memoryUsage.rss());
	};
	setInterval(sample, SAMPLE_MS).unref();
	setFlagsFromString('--expose-gc');
	const collectGarbage = runInNewContext('gc') as () => void;
	createServer(({ url }, response) => {
		if (url === '/collected') collectGarbage();
		sample();
		const memory = process.memoryUsage();
		response.end(JSON.stringify({ cpu: process.cpuUsage(), memory, peak }));
		peak = 0;
	})
		.listen(port, '127.0.0.1')
		.unref();
}
