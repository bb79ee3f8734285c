/** What n8n is to do beside parked executions, and what becomes of them when it is killed. */
import { noOp } from '../../real-n8n/workflows.mjs';
import { Fleet } from '../support/fleet.mjs';
import { ParkingLab } from '../support/parking-lab.mjs';

const SLOTS = 5;

test.concurrent('30 parked executions hold none of 5 slots, and live through kill -9', async () => {
	// An n8n of its own: the other tests are not to be killed
	const lab = await ParkingLab.open({ N8N_CONCURRENCY_PRODUCTION_LIMIT: String(SLOTS) });
	try {
		const other = await lab.activate((webhook) => webhook.then(noOp('Other')), {
			responds: 'lastNode',
		});
		const fleet = await Fleet.park(lab, 6 * SLOTS);
		expect((await other.call({})).status).toBe(200);
		// The other workflow did not wait for the end of any of them
		expect(await fleet.parked()).toBe(6 * SLOTS);
		await lab.restart('kill');
		await fleet.expectEachToEndRightOnce();
	} finally {
		await lab.close();
	}
});
