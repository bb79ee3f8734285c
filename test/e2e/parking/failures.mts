/** A failure of a parked wait is treated like that of any other wait. */
import { setField } from '../../n8n-harness/workflows.mjs';
import { endedWhileParked } from '../support/parking.mjs';
import { jsonOf, NODE, testBed } from '../support/test-bed.mjs';

test.concurrent('the error output of a parked node has its failures', async () => {
	const { addTasks, simulator, workflow, runToEnd } = testBed();
	const items = addTasks('good', 'missing');
	simulator.removeTask('missing');
	const back = "={{ $('Items').item.json.row }}";
	const { status, nodes } = await runToEnd(
		workflow({ items, node: { onError: 'continueErrorOutput' } }).branch(
			setField('back', back, 'Regular'),
			setField('back', back, 'Failures'),
		),
	);
	expect(status).toBe('success');
	expect(nodes[NODE]?.outputs.map(jsonOf)).toEqual([
		[endedWhileParked('good')],
		[{ taskId: 'missing', row: 1, code: 422, message: expect.any(String) }],
	]);
	expect(jsonOf(nodes.Regular?.outputs[0])).toMatchObject([{ back: '0' }]);
	expect(jsonOf(nodes.Failures?.outputs[0])).toMatchObject([{ back: '1' }]);
});

test.concurrent('Retry On Fail continues after the lookups before parking', async () => {
	const { addTasks, simulator, run, lookups } = testBed();
	const items = addTasks('retried');
	simulator.setTaskFaults('retried', [{ kind: 'none' }, { kind: 'code', code: 403 }]);
	const { execution, json } = await run({ items, node: { retryOnFail: true } });
	expect(execution.status).toBe('success');
	expect(json).toEqual([endedWhileParked('retried')]);
	expect(lookups('retried')).toBe(3);
});
