import { startCluster, type Cluster } from '../n8n-harness/queue/cluster.mjs';
import { Fleet } from './support/execution-batch.mjs';
import { Lab } from './support/test-bed.mjs';
import { ParkingLab } from './support/parking-test-bed.mjs';
import { testInQueueMode } from './support/queue-mode.mjs';

const PATIENCE_MS = 400_000;

testInQueueMode(
	'in queue mode, 20 parked executions live through kill -9 of main and of both workers',
	async (programs) => {
		let cluster: Cluster | undefined;
		const start = async () =>
			(cluster = await startCluster({ programs, workers: 2, concurrency: 5 }));
		const lab = await ParkingLab.around(await Lab.openIn(start));
		try {
			const fleet = await Fleet.park(lab, 20);
			await lab.restart('kill');
			for (const worker of cluster?.workers ?? []) await worker.restart();
			await fleet.expectEachToEndRightOnce();
		} finally {
			await lab.close();
		}
	},
	PATIENCE_MS,
);
