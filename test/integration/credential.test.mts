import { UserError, type INodeParameters, type OnError } from 'n8n-workflow';

import { ParkedExecution, useTimeTravel } from './support/parked-execution.mjs';
import {
	jsonOf,
	linksOf,
	ORDERS,
	run,
	simulatedRun,
	simulator,
	useSimulator,
	type Task,
} from './support/simulated.mjs';

useSimulator();
useTimeTravel();

const CODE = 'CREDENTIAL_UNAVAILABLE';

/** As n8n words them. */
const DELETED = new UserError('Credential with ID "1" does not exist for type "apikleyApi".');
const NOT_DECRYPTABLE = new Error(
	'Credentials could not be decrypted. The likely reason is that a different "encryptionKey" was used.',
);

const MISSING: ReadonlyArray<[string, Error | null]> = [
	['was deleted', DELETED],
	["can't be decrypted", NOT_DECRYPTABLE],
	['is not chosen', null],
];

/** Where the items leave, by On Error and Outputs. */
const OUTPUTS: ReadonlyArray<[OnError, string, number]> = [
	['continueRegularOutput', 'single', 0],
	['continueErrorOutput', 'single', 1],
	['continueRegularOutput', 'byStatus', 2],
	['continueErrorOutput', 'byStatus', 3],
];

describe.each(ORDERS)('in execution order %s', (executionOrder) => {
	describe.each(MISSING)('if the credential %s', (_, credential) => {
		test('the node fails', async () => {
			const result = await run({ tasks: [{ taskId: 'a' }], credential, executionOrder });
			expect(result).toMatchObject({ status: 'error', outputs: [], error: { type: CODE } });
			expect(result.error?.message).toContain('task a');
			if (credential !== null)
				expect(result.error?.message).toContain(credential.message.slice(0, 30));
		});

		test.each(OUTPUTS)(
			'every item is a problem of its own (%s, Outputs: %s)',
			async (onError, outputMode, output) => {
				const result = await run({
					tasks: [{ taskId: 'a' }, 'b'],
					parameters: { outputMode },
					credential,
					onError,
					executionOrder,
				});
				expect(result.status).toBe('success');
				expect(result.outputs.map(linksOf)).toEqual(
					result.outputs.map((_items, index) =>
						index === output
							? [
									['a', 0],
									['b', 1],
								]
							: [],
					),
				);
				expect(jsonOf(result, output)).toMatchObject([
					{ taskId: 'a', code: CODE },
					{ taskId: 'b', code: CODE },
				]);
			},
		);
	});

	describe.each(MISSING.slice(0, 2))('if the credential of a parked run %s', (_, credential) => {
		const tasks: Task[] = [{ taskId: 'ended' }, { taskId: 'running', ending: { kind: 'never' } }];

		async function resumeWithout(outputMode: string, onError?: OnError): Promise<ParkedExecution> {
			const parameters: INodeParameters = {
				operation: 'waitUntilComplete',
				whileWaiting: 'park',
				polling: { parkAfter: 0 },
				outputMode,
			};
			const execution = await ParkedExecution.start(
				simulatedRun({ tasks, parameters, executionOrder, ...(onError && { onError }) }),
			);
			expect(execution.isParked).toBe(true);
			if (credential !== null) execution.loseCredential(credential);
			await execution.resume();
			return execution;
		}

		test('the node fails', async () => {
			const { result } = await resumeWithout('single');
			expect(result).toMatchObject({ status: 'error', error: { type: CODE } });
		});

		test.each(OUTPUTS)(
			'tasks that were complete keep their result (%s, Outputs: %s)',
			async (onError, outputMode, output) => {
				const { result } = await resumeWithout(outputMode, onError);
				expect(result.status).toBe('success');
				const items = result.outputs.flatMap((each, index) =>
					each.map((item) => ({ ...item, output: index })),
				);
				expect(items).toMatchObject([
					{ output: 0, json: { taskId: 'ended', status: 'succeeded' }, pairedItem: { item: 0 } },
					{ output, json: { taskId: 'running', code: CODE }, pairedItem: { item: 1 } },
				]);
				expect(result.saved).not.toContain('apikleyVeoParked');
				expect(simulator.summary().perTask).toEqual({ ended: 1, running: 1 });
			},
		);
	});
});

describe('an error that belongs to no item', () => {
	const parameters = { operation: 'no such operation' };

	test('fails the node', async () => {
		const { status, error } = await run({ tasks: ['a'], parameters });
		expect(status).toBe('error');
		expect(error?.message).toContain('no such operation');
	});

	test.each(OUTPUTS)(
		'is a problem of every item (%s, Outputs: %s)',
		async (onError, outputMode, output) => {
			const result = await run({
				tasks: ['a', 'b'],
				parameters: { ...parameters, outputMode },
				onError,
			});
			expect(result.status).toBe('success');
			expect(result.outputs.map(({ length }) => length)).toEqual(
				result.outputs.map((_, index) => (index === output ? 2 : 0)),
			);
			expect(jsonOf(result, output)).toMatchObject([
				{ code: 'UNEXPECTED_ERROR' },
				{ code: 'UNEXPECTED_ERROR' },
			]);
		},
	);
});
