import { isObject } from '../veo/task/coerce';

/** n8n saves and loads them with the workflow for every callback. */
const MAX_TASKS = 1_000;
/** Far longer than the provider repeats a callback. */
const MAX_AGE_S = 86_400;

/** The tasks that have started the workflow, as far as this process knows, with the time in seconds since 1970. */
export class StartedTasks {
	private readonly startedAt = new Map<string, number>();

	has(taskId: string): boolean {
		return this.startedAt.has(taskId);
	}

	/** Adds a task that starts now. Returns the tasks that are forgotten from now on. */
	add(taskId: string, now: number): string[] {
		this.startedAt.set(taskId, now);
		const newestFirst = [...this.startedAt].sort(([, one], [, other]) => other - one);
		const forgotten = newestFirst
			.filter(([, startedAt], index) => index >= MAX_TASKS || now - startedAt > MAX_AGE_S)
			.map(([id]) => id);
		for (const id of forgotten) this.startedAt.delete(id);
		return forgotten;
	}

	/** Adds what was saved, maybe by another process. */
	merge(saved: unknown): void {
		if (!isObject(saved)) return;
		for (const [taskId, startedAt] of Object.entries(saved)) {
			if (typeof startedAt === 'number' && !this.has(taskId)) this.startedAt.set(taskId, startedAt);
		}
	}

	toSaved(): Record<string, number> {
		return Object.fromEntries(this.startedAt);
	}
}
