import { VeoClient } from '../../../nodes/ApikleyVeo/veo/api/client';
import type { Lookup, LookupLimits } from '../../../nodes/ApikleyVeo/veo/api/client';
import type { Random } from '../../../nodes/ApikleyVeo/veo/ports';
import { AdaptiveThrottle } from '../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';
import { RequestLimiter } from '../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import type { RequestLimits } from '../../../nodes/ApikleyVeo/veo/limits/requestLimiter';
import { FakeClock } from './fakeClock';
import { FakeHttp } from './fakeHttp';
import type { Script } from './fakeHttp';
import { countedSignal } from './listeners';

export const BASE_URL = 'https://api.example.com';

export interface RigOptions extends Partial<LookupLimits & RequestLimits> {
	/** 0.5, the default, is a back-off of exactly 1, 2, 4 … seconds; 0 a Retry-After to the letter. */
	readonly random?: Random;
}

/** The client with all that a run shares, on a fake clock and against a scripted server. */
export function clientRig(script: Script, options: RigOptions = {}) {
	const { random = () => 0.5, ...given } = options;
	const limits = {
		maxConcurrency: 10,
		requestsPerSecond: 0,
		requestTimeoutMs: 30_000,
		maxRetries: 5,
		...given,
	};
	const clock = new FakeClock();
	const http = new FakeHttp(clock, script);
	const { controller, signal, listeners } = countedSignal();
	const brake = new AdaptiveThrottle();
	const gate = new RequestLimiter(limits, brake, clock, signal);
	const client = new VeoClient(BASE_URL, limits, {
		http,
		clock,
		random,
		limiter: gate,
		throttle: brake,
		signal,
	});
	/** Starts a lookup now; `deadline` in seconds, none for a plain lookup. */
	const start = async (taskId = 'veo_1', deadline = Infinity): Promise<Lookup> =>
		await client.lookUp(taskId, {
			dueAt: clock.now(),
			deadline: deadline === Infinity ? Infinity : clock.at(deadline),
		});
	const lookUp = async (taskId = 'veo_1', deadline = Infinity): Promise<Lookup> =>
		await clock.finish(start(taskId, deadline));
	return { clock, http, client, brake, gate, signal, controller, listeners, start, lookUp };
}
