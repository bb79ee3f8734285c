/** What n8n is to do beside parked executions, and what becomes of them when it is killed. */
import type { IBinaryData } from 'n8n-workflow';

import { noOp } from '../../n8n-harness/workflows.mjs';
import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { Fleet } from '../support/execution-batch.mjs';
import { NODE } from '../support/test-bed.mjs';
import { parked, ParkingLab } from '../support/parking-test-bed.mjs';

const SLOTS = 5;

test.concurrent(
	'30 parked executions hold none of 5 slots, and live through kill -9, downloads as well',
	async () => {
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
			const { park, tasks, watch, workflow } = lab;
			const parameters = parked({}, { downloadVideos: true });
			const download = await park(workflow({ items: tasks('download'), parameters }));
			await lab.restart('kill');
			await fleet.expectEachToEndRightOnce();
			const { nodes } = await watch.untilEnded(download);
			const video = nodes[NODE]?.outputs[0]?.[0]?.binary?.data as IBinaryData;
			expect(await lab.client.binaryData(video)).toEqual(bytesOfVideo('landscape'));
		} finally {
			await lab.close();
		}
	},
);
