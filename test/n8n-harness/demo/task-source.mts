import type { TaskRow } from './task-row.mjs';

/** A task that the example waits for. */
export interface DemoTask {
	readonly taskId: string;
	/** A note for the user, e.g. `Fails after 2 s: …`. */
	readonly outcome: string;
}

/** An API with tasks, and what is known about them in advance. */
export interface TaskSource {
	/** Part of the names of credential and workflow, to keep the simulator and the real API apart. */
	readonly label: string;
	readonly apiKey: string;
	readonly baseUrl: string;
	readonly tasks: readonly DemoTask[];
	/** In seconds. */
	readonly interval: number;
	readonly timeout: number;
	/** Returns what is wrong with the row of a task. */
	faultsOf(row: TaskRow): string[];
	/** Restarts the tasks, if possible. */
	startOver(): void;
	close(): Promise<void>;
}
