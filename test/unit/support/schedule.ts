import type { Schedule } from '../../../nodes/ApikleyVeo/veo/polling/schedule';

/** In seconds, except for the factor. What is left out has the panel's default. */
export interface ScheduleOptions {
	readonly initialDelay?: number;
	readonly interval?: number;
	readonly backoffFactor?: number;
	readonly maxInterval?: number;
	readonly timeout?: number;
}

export function schedule({
	initialDelay = 0,
	interval = 10,
	backoffFactor = 1,
	maxInterval = 60,
	timeout = 900,
}: ScheduleOptions = {}): Schedule {
	return {
		initialDelayMs: initialDelay * 1000,
		intervalMs: interval * 1000,
		backoffFactor,
		maxIntervalMs: maxInterval * 1000,
		timeoutMs: timeout * 1000,
	};
}
