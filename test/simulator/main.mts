import { parseArgs } from 'node:util';

import { CONTROL_PREFIX } from './control.mjs';
import type { Simulator } from './controls.mjs';
import { PortInUseError } from './port-in-use-error.mjs';
import { presets, type Preset } from './presets.mjs';
import { RECORD_INFO_PATH } from './record-info.mjs';
import { startSimulator } from './simulator.mjs';

const USAGE = `Usage: npm run simulator -- [--port 8787] [--video-port 8788] [--key demo-key] [--factor 1]

Plays the Apikley Veo API on this computer, with ready-made tasks.
  --port        of the API
  --video-port  of the videos
  --key         the API key it takes
  --factor      makes the tasks take so many times as long, e.g. 0.5
`;

interface Settings {
	port: number;
	videoPort: number;
	apiKey: string;
	factor: number;
}

/** So many ports after the wished one are tried. */
const PORT_ATTEMPTS = 20;

function settingsFrom(args: readonly string[]): Settings | null {
	const { values } = parseArgs({
		args: [...args],
		options: {
			port: { type: 'string', default: '8787' },
			'video-port': { type: 'string', default: '8788' },
			key: { type: 'string', default: 'demo-key' },
			factor: { type: 'string', default: '1' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) return null;
	return {
		port: positive(values.port, 'port', 65_535),
		videoPort: positive(values['video-port'], 'video-port', 65_535),
		apiKey: values.key,
		factor: positive(values.factor, 'factor', Infinity),
	};
}

function positive(text: string, name: string, max: number): number {
	const value = Number(text);
	if (value > 0 && value <= max) return value;
	throw new Error(`--${name} must be a number above 0, not "${text}"`);
}

/** On the wished ports, or on the next that are free. */
async function startNearby(settings: Settings, tasks: readonly Preset[]): Promise<Simulator> {
	let { port, videoPort } = settings;
	const { apiKey } = settings;
	for (let attempt = 1; ; attempt++) {
		try {
			const scripts = tasks.map(({ script }) => script);
			return await startSimulator({ port, videoPort, apiKey, tasks: scripts });
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

Tasks; the clock of each starts when it is first looked up:
${list.join('\n')}

Look one up:
  curl -H "Authorization: Bearer ${apiKey}" "${baseUrl}${RECORD_INFO_PATH}?taskId=demo-primary"
Start all over:
  curl -X POST ${baseUrl}${CONTROL_PREFIX}reset

Ctrl-C ends it.
`;
}

async function main(): Promise<void> {
	const settings = settingsFrom(process.argv.slice(2));
	if (!settings) {
		console.log(USAGE);
		return;
	}
	const tasks = presets(settings.factor);
	const simulator = await startNearby(settings, tasks);
	const end = () => void simulator.close();
	// Without a channel to a parent the last one never comes
	for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.once(event, end);
	console.log(greeting(simulator, tasks));
}

await main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	console.error(`\n${USAGE}`);
	process.exitCode = 1;
});
