import { isObject } from '../veo/task/coerce';

/** n8n saves and loads them with the workflow for every callback. */
const MAX_TASKS = 1_000;
/** Far longer than the provider repeats a callback. */
const MAX_AGE_S = 86_400;

/** The tasks that have started the workflow, as far as this process knows, with the time in seconds since 1970. */
export class StartedTasks {
	/**
	 * n8n may save it long after a call has given it to n8n. As it is always this same object, n8n then saves what is known by
	 * then. It has no prototype, so that any ID is an ordinary key.
	 */
	readonly saved = Object.create(null) as Record<string, number>;

	/** Tasks with an execution that n8n couldn't save, and their times. Another call may have saved them since. */
	private readonly withdrawn = new Map<string, number>();

	has(taskId: string): boolean {
		return taskId in this.saved;
	}

	/** Adds a task that starts now. Returns the tasks that are forgotten from now on. */
	add(taskId: string, now: number): string[] {
		this.saved[taskId] = now;
		const newestFirst = Object.entries(this.saved).sort(([, one], [, other]) => other - one);
		const forgotten = newestFirst
			.filter(([, startedAt], index) => index >= MAX_TASKS || now - startedAt > MAX_AGE_S)
			.map(([id]) => id);
		for (const id of forgotten) Reflect.deleteProperty(this.saved, id);
		return forgotten;
	}

	/** The task has not started the workflow after all. */
	withdraw(taskId: string): void {
		const startedAt = this.saved[taskId];
		if (startedAt !== undefined) this.withdrawn.set(taskId, startedAt);
		const [oldest] = this.withdrawn.keys();
		if (this.withdrawn.size > MAX_TASKS && oldest !== undefined) this.withdrawn.delete(oldest);
		Reflect.deleteProperty(this.saved, taskId);
	}

	/** Adds what n8n has saved, maybe for another process. Returns whether all that this process knows was among it. */
	merge(loaded: unknown): boolean {
		const others = isObject(loaded) ? loaded : {};
		const isAllSaved = Object.keys(this.saved).every((taskId) => Object.hasOwn(others, taskId));
		for (const [taskId, startedAt] of Object.entries(others)) {
			if (typeof startedAt !== 'number' || this.has(taskId)) continue;
			if (this.withdrawn.get(taskId) === startedAt) continue;
			this.saved[taskId] = startedAt;
		}
		return isAllSaved;
	}
}
