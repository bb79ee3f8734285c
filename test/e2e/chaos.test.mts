import { API_KEY, runChaos } from '../chaos/chaos.mjs';
import { leaksOf, placesOf } from '../chaos/leaks.mjs';
import { testInQueueMode } from './support/queue-mode.mjs';

const PATIENCE_MS = 1_200_000;

/** `npm run test:chaos` does the same for longer. */
testInQueueMode(
	'two minutes of chaos: no task is lost, none comes out twice or wrong, and the key is nowhere',
	async (programs) => {
		const leaks: string[] = [];
		const { accounts, kills } = await runChaos(
			{
				programs,
				seed: 1,
				minutes: 2,
				startEverySeconds: { park: 3, keepRunning: 10 },
				tell: () => {},
			},
			async (cluster, received) => {
				const places = [...received, ...(await placesOf(cluster, programs))];
				expect(places.find(({ name }) => name === 'video host')?.text).toContain('user-agent');
				expect(places.find(({ name }) => name === 'database')?.text).toContain('chaos-park-0');
				leaks.push(...leaksOf(API_KEY, places));
			},
		);
		expect(kills.size).toBeGreaterThan(0);
		const { park, keepRunning } = accounts;
		const accountedFor = { lost: [], doubled: [], wrong: [] };
		expect(park).toMatchObject({ ...accountedFor, right: park.started });
		expect(keepRunning).toMatchObject(accountedFor);
		expect(leaks).toEqual([]);
	},
	PATIENCE_MS,
);
