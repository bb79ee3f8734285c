import { parseArgs } from 'node:util';

import { PROVIDER_LIMIT } from './account.mjs';
import { CONTROL_PREFIX, type Simulator } from './controls.mjs';
import { RECORD_INFO_PATH } from './endpoints/record-info.mjs';
import { presets, type Preset } from './presets.mjs';
import { PortInUseError, startSimulator } from './simulator.mjs';

const USAGE = `Usage: npm run simulator -- [--port 8787] [--video-port 8788] [--key demo-key] [--factor 1]

Plays the Apikley Veo API on this computer, with ready-made tasks.
  --port        of the API
  --video-port  of the videos
  --key         the API key that it accepts
  --factor      multiplies the time that the tasks take, e.g. 0.5
`;

/** How many ports are tried, from the one asked for. */
const PORT_ATTEMPTS = 20;

const OPTIONS = {
	port: { type: 'string', default: '8787' },
	'video-port': { type: 'string', default: '8788' },
	key: { type: 'string', default: 'demo-key' },
	factor: { type: 'string', default: '1' },
	help: { type: 'boolean', default: false },
} as const;

function positive(text: string, name: string, max: number): number {
	const value = Number(text);
	if (value > 0 && value <= max) return value;
	throw new Error(`--${name} must be a number above 0, not "${text}"`);
}

/** Starts on the ports asked for, or on the next ones that are free. */
async function startNearby(
	port: number,
	videoPort: number,
	apiKey: string,
	tasks: readonly Preset[],
): Promise<Simulator> {
	for (let attempt = 1; ; attempt++) {
		try {
			const scripts = tasks.map(({ script }) => script);
			const options = { port, videoPort, apiKey, creationLimit: PROVIDER_LIMIT };
			return await startSimulator({ ...options, tasks: scripts });
		} catch (error) {
			if (!(error instanceof PortInUseError) || attempt === PORT_ATTEMPTS) throw error;
			console.log(`${error.message}; trying the next one`);
			if (error.port === port) port = next(port, videoPort);
			else videoPort = next(videoPort, port);
		}
	}
}

function next(port: number, other: number): number {
	return port + 1 === other ? port + 2 : port + 1;
}

function greeting({ baseUrl, videoBaseUrl, apiKey }: Simulator, tasks: readonly Preset[]): string {
	const width = Math.max(...tasks.map(({ script }) => script.taskId.length));
	const list = tasks.map(
		({ script, description }) => `  ${script.taskId.padEnd(width)}  ${description}`,
	);
	return `
The Apikley simulator is running.
  Base URL  ${baseUrl}
  API key   ${apiKey}
  Videos    ${videoBaseUrl}
  Controls  ${baseUrl}${CONTROL_PREFIX}

Tasks; the clock of each starts at its first lookup:
${list.join('\n')}

Look one up:
  curl -H "Authorization: Bearer ${apiKey}" "${baseUrl}${RECORD_INFO_PATH}?taskId=demo-primary"
Start all over:
  curl -X POST ${baseUrl}${CONTROL_PREFIX}reset

Ctrl-C ends it.
`;
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: OPTIONS });
	if (values.help) {
		console.log(USAGE);
		return;
	}
	const port = positive(values.port, 'port', 65_535);
	const videoPort = positive(values['video-port'], 'video-port', 65_535);
	const tasks = presets(positive(values.factor, 'factor', Infinity));
	const simulator = await startNearby(port, videoPort, values.key, tasks);
	const end = () => void simulator.close();
	// Without a channel to a parent, `disconnect` never comes
	for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.once(event, end);
	console.log(greeting(simulator, tasks));
}

await main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	console.error(`\n${USAGE}`);
	process.exitCode = 1;
});
