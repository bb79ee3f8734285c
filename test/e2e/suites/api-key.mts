import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { filesIn } from '../../n8n-harness/system/files.mjs';
import type { Fault } from '../../simulator/faults.mjs';
import { API_KEY, testBed } from '../support/test-bed.mjs';

const ALWAYS = { times: 'always' } as const;
const REJECTED: Fault = { kind: 'status', status: 401, msg: `Key ${API_KEY} is not for this` };
const REDIRECTED: Fault = { kind: 'redirect', location: `https://x.test/${API_KEY}` };
const RESET: Fault = { kind: 'reset', when: 'beforeHeaders' };

/** Shows each occurrence with the text around it, because a whole log would be no help. */
function expectNoKeyIn(text: string): void {
	expect(text.match(new RegExp(`.{0,80}${API_KEY}.{0,80}`, 'g'))).toBeNull();
}

describe('The API key', () => {
	afterEach(() => expectNoKeyIn(testBed().n8n.logs()));

	test.each<[string, Fault, string]>([
		['rejected by a server that repeats it', REJECTED, 'Key *** is not for this'],
		['redirected to an address that contains it', REDIRECTED, 'https://x.test/***'],
		['reset', RESET, 'connection was reset'],
	])('is not saved with a lookup that is %s', async (_, fault, saved) => {
		testBed().simulator.setFaults([{ ...fault, ...ALWAYS }]);
		const parameters = { operation: 'getStatus', options: { maxRetries: 0 } };
		for (const onError of ['stopWorkflow', 'continueErrorOutput'] as const) {
			const setup = { items: [{ taskId: 't' }], parameters, node: { onError } };
			const { stored } = (await testBed().run(setup)).execution;
			expect(stored).toContain(saved);
			expectNoKeyIn(stored);
		}
	});

	test.each([REJECTED, REDIRECTED, RESET])(
		'is not in the message of a failed credential test ($kind)',
		async (fault) => {
			const { client, simulator } = testBed();
			simulator.setFaults([{ ...fault, ...ALWAYS }]);
			const data = { apiKey: API_KEY, baseUrl: simulator.baseUrl };
			const { status, message } = await client.testCredential('apikleyApi', data);
			expect(status).toBe('Error');
			expectNoKeyIn(message);
		},
	);

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
