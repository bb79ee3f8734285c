import type { TaskRow } from './task-row.mjs';

/** A task that the example waits for. */
export interface DemoTask {
	readonly taskId: string;
	/** For a person who looks at the items, e.g. `Fails after 2 s: …`. */
	readonly fate: string;
}

/** An API with tasks, and what is known of them beforehand. */
export interface TaskSource {
	/** Of the credential and the workflow, so that those of the simulator and of the real API stay apart. */
	readonly label: string;
	readonly apiKey: string;
	readonly baseUrl: string;
	readonly tasks: readonly DemoTask[];
	/** In seconds. */
	readonly interval: number;
	readonly timeout: number;
	/** What is wrong with the row of a task, in sentences; empty if it is as it should be. */
	faultsOf(row: TaskRow): string[];
	/** Makes the tasks begin anew, if that is possible. */
	startOver(): void;
	close(): Promise<void>;
}
