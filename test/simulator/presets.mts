import type { TaskScript } from './task-script.mjs';

export interface Preset {
	/** What happens to the task, in one English sentence with the seconds that it takes. */
	readonly description: string;
	readonly script: TaskScript;
}

interface PresetTask extends Omit<TaskScript, 'taskId'> {
	name: string;
	durationSeconds: number;
	describe: (seconds: number, unknownFor: number) => string;
}

/**
 * Eight tasks with eight outcomes, named `demo-…`. Their clocks start at their first lookup, so that a demo may begin
 * at any time. The last to end does so after 25 s times `factor`; one never ends.
 */
export function presets(factor = 1): Preset[] {
	// To tenths, so that a description shows no 2.4000000000000004
	const scaled = (seconds: number) => Math.round(seconds * factor * 10) / 10;
	return TASKS.map(({ name, describe, ...task }) => {
		const durationSeconds = scaled(task.durationSeconds);
		const unknownForSeconds = scaled(task.unknownForSeconds ?? 0);
		return {
			description: describe(durationSeconds, unknownForSeconds),
			script: {
				...task,
				taskId: `demo-${name}`,
				countedFrom: 'firstLookup',
				durationSeconds,
				unknownForSeconds,
			},
		};
	});
}

const TASKS: readonly PresetTask[] = [
	{
		name: 'primary',
		durationSeconds: 8,
		describe: (s) => `Succeeds after ${s} s: primary model, 16:9, 720p, can be upgraded to 1080p`,
	},
	{
		name: 'fallback',
		durationSeconds: 12,
		ending: { kind: 'succeeded', model: 'fallback' },
		prompt: 'A lighthouse in a storm, seen from the sea.',
		describe: (s) => `Succeeds after ${s} s: fallback model, 720p, cannot be upgraded`,
	},
	{
		name: 'portrait',
		durationSeconds: 10,
		aspectRatio: '9:16',
		prompt: 'A dancer in the rain, vertical.',
		describe: (s) => `Succeeds after ${s} s: 9:16, with the original videos in originUrls`,
	},
	{
		name: 'rejected',
		durationSeconds: 4,
		ending: { kind: 'failed', successFlag: 2, errorCode: 400 },
		describe: (s) => `Fails after ${s} s: the prompt is rejected (errorCode 400, successFlag 2)`,
	},
	{
		name: 'provider-failure',
		durationSeconds: 6,
		ending: { kind: 'failed', successFlag: 3, errorCode: 501 },
		describe: (s) => `Fails after ${s} s: at the provider (errorCode 501, successFlag 3)`,
	},
	{
		name: 'late',
		durationSeconds: 14,
		unknownForSeconds: 5,
		prompt: 'A paper boat on a river in spring.',
		describe: (s, unknown) => `Unknown for the first ${unknown} s, then succeeds after ${s} s`,
	},
	{
		name: 'slow',
		durationSeconds: 25,
		videos: 2,
		prompt: 'A slow sunrise over the mountains.',
		describe: (s) => `Takes longer: succeeds after ${s} s, with two videos`,
	},
	{
		name: 'never',
		durationSeconds: 0,
		ending: { kind: 'never' },
		describe: () => 'Never ends: generating for ever',
	},
];
