import type { TaskPlan, TaskScript } from './task-script.mjs';

/** What a request asks to be made. */
export interface Order {
	prompt: string;
	aspectRatio: string | null;
	/** Whatever else it says, for paramJson. */
	params: Record<string, unknown>;
}

/** The tasks created over the API, by their prompts: what is planned for them, and what has been made. */
export class Creations {
	private readonly plans = new Map<string, readonly TaskPlan[]>();
	private readonly idsOf = new Map<string, string[]>();
	private count = 0;

	plan(prompt: string, plans: readonly TaskPlan[]): void {
		this.plans.set(prompt, plans);
	}

	/** The script of the task that such an order makes, under an ID of its own. */
	create(order: Order): TaskScript {
		const { prompt, aspectRatio, params } = order;
		const ids = this.idsOf.get(prompt) ?? [];
		const plans = this.plans.get(prompt) ?? [];
		const plan = plans[ids.length] ?? plans.at(-1) ?? {};
		const taskId = `veo_task_created_${++this.count}`;
		this.idsOf.set(prompt, [...ids, taskId]);
		return { aspectRatio, params, ...plan, taskId, prompt };
	}

	created(prompt: string): string[] {
		return this.idsOf.get(prompt) ?? [];
	}

	clear(): void {
		this.plans.clear();
		this.idsOf.clear();
		this.count = 0;
	}
}
