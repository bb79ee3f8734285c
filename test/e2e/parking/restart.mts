import type { IBinaryData } from 'n8n-workflow';

import { noOp } from '../../n8n-harness/workflows.mjs';
import { bytesOfVideo } from '../../simulator/video-files.mjs';
import { ExecutionBatch, UNTIL_DUE } from '../support/execution-batch.mjs';
import { parked } from '../support/parking.mjs';
import { resultOf, TestBed } from '../support/test-bed.mjs';

const SLOTS = 5;

test.concurrent(
	'30 parked executions occupy none of 5 slots and survive kill -9, with and without downloads',
	async () => {
		// Its own n8n, because it is killed
		const env = { N8N_CONCURRENCY_PRODUCTION_LIMIT: String(SLOTS) };
		const bed = await TestBed.open({ env, parks: true });
		try {
			const other = await bed.activate((webhook) => webhook.then(noOp('Other')), {
				responds: 'lastNode',
			});
			const batch = await ExecutionBatch.park(bed, 6 * SLOTS);
			expect((await other.call({})).status).toBe(200);
			// The other workflow did not wait for any of them to end
			expect(await batch.countParked()).toBe(6 * SLOTS);
			const parameters = parked(UNTIL_DUE, { downloadVideos: true });
			const items = bed.addTasks('download');
			const download = await bed.park(bed.workflow({ items, parameters }));
			await bed.restart('kill');
			await batch.expectEachToEndRightOnce();
			const { run } = resultOf(await bed.watcher.waitForEnd(download));
			const video = run.outputs[0]?.[0]?.binary?.data as IBinaryData;
			expect(await bed.client.binaryData(video)).toEqual(bytesOfVideo('landscape'));
		} finally {
			await bed.close();
		}
	},
);
