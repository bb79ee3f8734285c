import { isObject } from '../veo/task/coerce';

/** When each task started the workflow, in seconds since 1970. */
export type SavedTasks = Readonly<Record<string, number>>;

/** n8n saves and loads them with the workflow for every callback. */
const MAX_TASKS = 1_000;
/** Far longer than the provider repeats a callback. */
const MAX_AGE_S = 86_400;

/** The tasks that have started the workflow, by what this process has done and what was saved. */
export class StartedTasks {
	private startedAt = new Map<string, number>();

	has(taskId: string): boolean {
		return this.startedAt.has(taskId);
	}

	/** `now` in seconds since 1970. */
	add(taskId: string, now: number): void {
		this.startedAt.set(taskId, now);
		const kept = [...this.startedAt]
			.filter(([, startedAt]) => now - startedAt < MAX_AGE_S)
			.sort(([, one], [, other]) => other - one)
			.slice(0, MAX_TASKS);
		this.startedAt = new Map(kept);
	}

	/** Other processes save theirs, too, so that both have to be kept. */
	merge(saved: unknown): void {
		if (!isObject(saved)) return;
		for (const [taskId, startedAt] of Object.entries(saved)) {
			if (typeof startedAt === 'number' && !this.has(taskId)) this.startedAt.set(taskId, startedAt);
		}
	}

	toSaved(): SavedTasks {
		return Object.fromEntries(this.startedAt);
	}
}
