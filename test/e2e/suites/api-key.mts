import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

import type { Fault } from '../../simulator/faults.mjs';
import type { TaskScript } from '../../simulator/task-script.mjs';
import { API_KEY, lab } from '../support/test-bed.mjs';

const ON_ERROR = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;
const ALWAYS = { times: 'always' } as const;

/** The end of n8n's log when the test began. */
let loggedBefore = '';

/** Looks up one task under each On Error setting; gives all that n8n saved of it. */
async function savedUnderEachSetting(output = 'structured'): Promise<string> {
	const options = { maxRetries: 0, requestTimeout: 2 };
	const parameters = { operation: 'getStatus', output, options };
	const runs = ON_ERROR.map(
		async (onError) => await lab().run({ items: [{ taskId: 't' }], parameters, node: { onError } }),
	);
	return (await Promise.all(runs)).map(({ execution }) => execution.stored).join('\n');
}

/** Each place where the key stands, with what is around it: a whole log would be no help. */
function placesOfKey(text: string): string[] {
	const parts = text.split(API_KEY);
	return parts
		.slice(1)
		.map((after, index) => `${parts[index]?.slice(-80)}${API_KEY}${after.slice(0, 80)}`);
}

function expectNoKeyIn(text: string) {
	const log = lab().n8n.logs();
	const logged = log.slice(log.lastIndexOf(loggedBefore));
	expect({ text: placesOfKey(text), logged: placesOfKey(logged) }).toEqual({
		text: [],
		logged: [],
	});
}

const REPEATED = `Key ${API_KEY} is not for this`;

/** As JSON with every character escaped that may be. */
function escaped(text: string): string {
	const code = (char: string) => char.charCodeAt(0).toString(16).padStart(4, '0');
	return [...text].map((char) => `\\u${code(char)}`).join('');
}

describe('The API key', () => {
	beforeEach(() => {
		loggedBefore = lab().n8n.logs().slice(-500);
	});

	describe('of a server that repeats the key the user reads stars', () => {
		test.each<[string, Fault]>([
			['in a rejection', { kind: 'status', status: 401, msg: REPEATED }],
			['in a rejection under HTTP 200', { kind: 'code', code: 401, msg: REPEATED }],
			['in "not found"', { kind: 'code', code: 422, msg: REPEATED }],
			['in a refusal', { kind: 'status', status: 400, msg: REPEATED }],
			['in an error of its own', { kind: 'status', status: 500, msg: REPEATED }],
			[
				'in the target of a redirect',
				{ kind: 'redirect', location: `https://x.test/?k=${API_KEY}` },
			],
			[
				'in JSON with all characters escaped',
				{ kind: 'status', status: 400, text: `{"code":400,"msg":"${escaped(REPEATED)}"}` },
			],
		])('%s', async (_, fault) => {
			lab().simulator.setFaults([{ ...fault, ...ALWAYS }]);
			const saved = await savedUnderEachSetting();
			expectNoKeyIn(saved);
			expect(saved).toContain('***');
		});

		test.each(['structured', 'raw'])('in the record of a task (%s output)', async (output) => {
			const script: TaskScript = {
				taskId: 't',
				// Within paramJson, which is JSON in JSON
				prompt: `The key is ${API_KEY}.`,
				data: { errorMessage: REPEATED },
			};
			lab().simulator.addTask(script);
			const saved = await savedUnderEachSetting(output);
			expectNoKeyIn(saved);
			expect(saved).toContain('Key *** is not for this');
			expect(saved).toContain('The key is ***.');
		});
	});

	describe('of a request that failed nothing is kept', () => {
		test.each<[string, Fault]>([
			['a reset', { kind: 'reset', when: 'beforeHeaders' }],
			['a reset in the body', { kind: 'reset', when: 'afterHeaders' }],
			['no answer in time', { kind: 'hang' }],
			['a body that stops half-way', { kind: 'hang', when: 'midBody' }],
			['a web page', { kind: 'html' }],
		])('%s', async (_, fault) => {
			lab().simulator.addTask({ taskId: 't' });
			lab().simulator.setFaults([{ ...fault, ...ALWAYS }]);
			const saved = await savedUnderEachSetting();
			expectNoKeyIn(saved);
			expect(saved).toContain('Task t could not be looked up');
		});

		test('by the test of the credential', async () => {
			const { client, simulator } = lab();
			const faults: Fault[] = [
				{ kind: 'reset', when: 'beforeHeaders' },
				{ kind: 'status', status: 401, msg: REPEATED },
				{ kind: 'redirect', location: `https://x.test/?k=${API_KEY}` },
			];
			for (const fault of faults) {
				simulator.setFaults([{ ...fault, ...ALWAYS }]);
				const data = { apiKey: API_KEY, baseUrl: simulator.baseUrl };
				const { status, message } = await client.testCredential('apikleyApi', data);
				expect(status).toBe('Error');
				expectNoKeyIn(message);
			}
		});
	});

	test('the node follows no redirect to another origin', async () => {
		const { simulator } = lab();
		const location = `${simulator.videoBaseUrl}/api/v1/veo/record-info?taskId=t`;
		simulator.setFaults([{ kind: 'redirect', location, ...ALWAYS }]);
		const saved = await savedUnderEachSetting();
		expect(saved).toContain(`The server redirects to ${location}`);
		expect(simulator.requests().map(({ headers }) => headers.authorization)).toEqual(
			ON_ERROR.map(() => `Bearer ${API_KEY}`),
		);
		expect(simulator.requests({ server: 'videos' })).toEqual([]);
		expectNoKeyIn(saved);
	});

	/** Last of all suites: of everything that the tests before it have left behind. */
	test("in n8n's database, journals and event logs the key is nowhere in clear", async () => {
		const { userFolder } = lab().n8n;
		const entries = await readdir(userFolder, { recursive: true, withFileTypes: true });
		const files = entries
			.filter((entry) => entry.isFile())
			.map(({ parentPath, name }) => path.join(parentPath, name));
		expect(files.map((file) => path.basename(file))).toContain('database.sqlite');
		const holdsKey = await Promise.all(
			files.map(async (file) => (await readFile(file)).includes(API_KEY)),
		);
		expect(files.filter((_, index) => holdsKey[index])).toEqual([]);
	});
});
