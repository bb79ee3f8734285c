import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { filesIn } from '../../n8n-harness/system/files.mjs';
import type { Fault } from '../../simulator/faults.mjs';
import type { TaskScript } from '../../simulator/task-script.mjs';
import { API_KEY, testBed } from '../support/test-bed.mjs';

const ON_ERROR = ['stopWorkflow', 'continueRegularOutput', 'continueErrorOutput'] as const;
const ALWAYS = { times: 'always' } as const;

/** The last part of n8n's log before the test. */
let loggedBefore = '';

/** Looks up a task with each On Error setting. Returns everything that n8n saved of that. */
async function savedUnderEachSetting(output = 'structured'): Promise<string> {
	const options = { maxRetries: 0, requestTimeout: 2 };
	const parameters = { operation: 'getStatus', output, options };
	const runs = ON_ERROR.map(
		async (onError) =>
			await testBed().run({ items: [{ taskId: 't' }], parameters, node: { onError } }),
	);
	return (await Promise.all(runs)).map(({ execution }) => execution.stored).join('\n');
}

/** Returns each occurrence of the key with the text around it, because a whole log would be no help. */
function occurrencesOfKey(text: string): string[] {
	const parts = text.split(API_KEY);
	return parts
		.slice(1)
		.map((after, index) => `${parts[index]?.slice(-80)}${API_KEY}${after.slice(0, 80)}`);
}

function expectNoKeyIn(text: string) {
	const log = testBed().n8n.logs();
	const logged = log.slice(log.lastIndexOf(loggedBefore));
	expect({ text: occurrencesOfKey(text), logged: occurrencesOfKey(logged) }).toEqual({
		text: [],
		logged: [],
	});
}

const REPEATED = `Key ${API_KEY} is not for this`;

/** JSON in which every character is escaped. */
function escaped(text: string): string {
	const code = (char: string) => char.charCodeAt(0).toString(16).padStart(4, '0');
	return [...text].map((char) => `\\u${code(char)}`).join('');
}

describe('The API key', () => {
	beforeEach(() => {
		loggedBefore = testBed().n8n.logs().slice(-500);
	});

	describe('is masked if a server repeats it', () => {
		test.each<[string, Fault]>([
			['in a rejection', { kind: 'status', status: 401, msg: REPEATED }],
			['under HTTP 200', { kind: 'code', code: 422, msg: REPEATED }],
			['in a server error', { kind: 'status', status: 500, msg: REPEATED }],
			[
				'in the target of a redirect',
				{ kind: 'redirect', location: `https://x.test/?k=${API_KEY}` },
			],
			[
				'in JSON with all characters escaped',
				{ kind: 'status', status: 403, text: `{"code":403,"msg":"${escaped(REPEATED)}"}` },
			],
		])('%s', async (_, fault) => {
			testBed().simulator.setFaults([{ ...fault, ...ALWAYS }]);
			const saved = await savedUnderEachSetting();
			expectNoKeyIn(saved);
			expect(saved).toContain('***');
		});

		test.each(['structured', 'raw'])('in the record of a task (%s output)', async (output) => {
			const script: TaskScript = {
				taskId: 't',
				// It is in paramJson, which is JSON in JSON
				prompt: `The key is ${API_KEY}.`,
				data: { errorMessage: REPEATED },
			};
			testBed().simulator.addTask(script);
			const saved = await savedUnderEachSetting(output);
			expectNoKeyIn(saved);
			expect(saved).toContain('Key *** is not for this');
			expect(saved).toContain('The key is ***.');
		});
	});

	describe('is not saved with a failed request', () => {
		test.each<[string, Fault]>([
			['a reset', { kind: 'reset', when: 'beforeHeaders' }],
			['no response in time', { kind: 'hang' }],
			['a web page', { kind: 'html' }],
		])('%s', async (_, fault) => {
			testBed().simulator.addTask({ taskId: 't' });
			testBed().simulator.setFaults([{ ...fault, ...ALWAYS }]);
			const saved = await savedUnderEachSetting();
			expectNoKeyIn(saved);
			expect(saved).toMatch(/task t\b/i);
		});

		test('the credential test', async () => {
			const { client, simulator } = testBed();
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

	test('is not sent across a redirect to another origin', async () => {
		const { simulator } = testBed();
		const location = `${simulator.videoBaseUrl}/api/v1/veo/record-info?taskId=t`;
		simulator.setFaults([{ kind: 'redirect', location, ...ALWAYS }]);
		const saved = await savedUnderEachSetting();
		expect(saved).toContain(location);
		expect(simulator.requests().map(({ headers }) => headers.authorization)).toEqual(
			ON_ERROR.map(() => `Bearer ${API_KEY}`),
		);
		expect(simulator.requests({ server: 'videos' })).toEqual([]);
		expectNoKeyIn(saved);
	});

	/** The last test of all suites: it searches everything that they have left. */
	test("is nowhere in n8n's database, journals and event logs", async () => {
		const files = await filesIn(testBed().n8n.userFolder);
		expect(files.map((file) => path.basename(file))).toContain('database.sqlite');
		const holdsKey = await Promise.all(
			files.map(async (file) => (await readFile(file)).includes(API_KEY)),
		);
		expect(files.filter((_, index) => holdsKey[index])).toEqual([]);
	});
});
