import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm start [-- --headless]

Shows the node at work in a real n8n, with eight tasks of a simulated API.
  --headless  ends after the table; exit code 0 only if every item came out as it should

In the environment:
  APIKLEY_API_KEY    uses the real API with this key, in place of the simulator
  APIKLEY_BASE_URL   of the real API, if not https://api.apikley.ru
  APIKLEY_TASK_IDS   the tasks to wait for at the real API, comma separated
  N8N_SANDBOX_DATA   folder for n8n's data, if not .n8n-sandbox/demo
  N8N_SANDBOX_CACHE  folder that n8n is installed in, if not the user's cache folder`;

const DEFAULT_BASE_URL = 'https://api.apikley.ru';

/** Access to the real API. */
export interface RealApi {
	readonly apiKey: string;
	readonly baseUrl: string;
	/** Without repetitions; may be empty. */
	readonly taskIds: readonly string[];
}

export interface DemoSettings {
	readonly help: boolean;
	readonly headless: boolean;
	/** Null: the simulator. */
	readonly realApi: RealApi | null;
}

/** Throws an Error that says what to change. */
export function readSettings(args: readonly string[], env: NodeJS.ProcessEnv): DemoSettings {
	return { ...optionsFrom(args), realApi: realApiFrom(env) };
}

function optionsFrom(args: readonly string[]) {
	const options = {
		headless: { type: 'boolean', default: false },
		help: { type: 'boolean', default: false },
	} as const;
	try {
		return parseArgs({ args: [...args], options }).values;
	} catch (error) {
		throw new Error(`${(error as Error).message}\n\n${USAGE}`, { cause: error });
	}
}

function realApiFrom(env: NodeJS.ProcessEnv): RealApi | null {
	const apiKey = env.APIKLEY_API_KEY?.trim() ?? '';
	const baseUrl = env.APIKLEY_BASE_URL?.trim() ?? '';
	const taskIds = listFrom(env.APIKLEY_TASK_IDS ?? '');
	if (apiKey !== '') return { apiKey, baseUrl: baseUrl || DEFAULT_BASE_URL, taskIds };
	if (baseUrl === '' && taskIds.length === 0) return null;
	throw new Error(
		'APIKLEY_BASE_URL and APIKLEY_TASK_IDS are for the real API, which needs APIKLEY_API_KEY too. Set it, or unset them to use the simulator.',
	);
}

function listFrom(text: string): string[] {
	const entries = text.split(',').map((entry) => entry.trim());
	return [...new Set(entries.filter((entry) => entry !== ''))];
}
