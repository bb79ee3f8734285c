import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm start [-- --headless]

Shows the node in a real n8n, with a simulated API: it waits for eight tasks, and generates three videos.
  --headless  exits after the tables, with exit code 0 only if every task has the expected result

Environment variables:
  APIKLEY_API_KEY    uses the real API with this key instead of the simulator, and generates nothing
  APIKLEY_BASE_URL   base URL of the real API (default https://api.apikley.ru)
  APIKLEY_TASK_IDS   IDs of the tasks to wait for at the real API, separated by commas
  N8N_SANDBOX_DATA   folder of n8n's data (default .n8n-sandbox/demo)
  N8N_SANDBOX_CACHE  folder in which n8n is installed (default: the user's cache folder)`;

const DEFAULT_BASE_URL = 'https://api.apikley.ru';

/** Access to the real API. */
export interface RealApi {
	readonly apiKey: string;
	readonly baseUrl: string;
	/** Without duplicates; may be empty. */
	readonly taskIds: readonly string[];
}

export interface DemoSettings {
	readonly help: boolean;
	readonly headless: boolean;
	/** Null for the simulator. */
	readonly realApi: RealApi | null;
}

/** Reads the settings. Throws an Error that says what to change. */
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
	const entries = (env.APIKLEY_TASK_IDS ?? '').split(',').map((entry) => entry.trim());
	const taskIds = [...new Set(entries.filter((entry) => entry !== ''))];
	if (apiKey !== '') return { apiKey, baseUrl: baseUrl || DEFAULT_BASE_URL, taskIds };
	if (baseUrl === '' && taskIds.length === 0) return null;
	throw new Error(
		'APIKLEY_BASE_URL and APIKLEY_TASK_IDS are for the real API, which also needs APIKLEY_API_KEY. Set it, or unset them to use the simulator.',
	);
}
