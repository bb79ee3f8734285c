import type { CreationPlan } from './creation-plan.mjs';
import { Draw, type Shares } from './shares.mjs';
import { takeStep } from './steps.mjs';
import type { TaskPlan, TaskScript } from './task-script.mjs';

/** A prompt, or `*` for every prompt that has no plan of its own. */
type PromptOrAll = string;

const ALL = '*';

/** What was planned for the tasks that are created over the API, by their prompts, and what was created. */
export class Creations {
	private readonly creationPlans = new Map<PromptOrAll, CreationPlan[]>();
	private readonly taskPlans = new Map<PromptOrAll, TaskPlan[]>();
	private readonly idsByPrompt = new Map<string, string[]>();
	private draw = new Draw<CreationPlan>({ seed: 0, shares: [] });
	private count = 0;

	setShares(shares: Shares<CreationPlan>): void {
		this.draw = new Draw(shares);
	}

	planTasks(prompt: PromptOrAll, plans: readonly TaskPlan[]): void {
		this.taskPlans.set(prompt, [...plans]);
	}

	planCreations(prompt: PromptOrAll, plans: readonly CreationPlan[]): void {
		this.creationPlans.set(prompt, [...plans]);
	}

	/** Returns the plan for a request, and uses it up. */
	takeCreationPlan(prompt: string): CreationPlan {
		const planned = [prompt, ALL].map((key) => this.creationPlans.get(key));
		const list = planned.find((plans) => plans && plans.length > 0);
		return takeStep(list) ?? this.draw.next() ?? {};
	}

	/** Returns the script of a new task: what was requested, and then what is planned. */
	create(prompt: string, requested: (taskId: string) => TaskPlan): TaskScript {
		const taskId = `veo_task_created_${++this.count}`;
		const ids = this.idsByPrompt.get(prompt);
		if (ids) ids.push(taskId);
		else this.idsByPrompt.set(prompt, [taskId]);
		const plan = this.takeTaskPlan(prompt);
		const base = requested(taskId);
		return { ...base, ...plan, params: { ...base.params, ...plan.params }, taskId, prompt };
	}

	/** The IDs of the tasks created with a prompt, in their order. */
	ids(prompt: string): string[] {
		return [...(this.idsByPrompt.get(prompt) ?? [])];
	}

	clear(): void {
		this.creationPlans.clear();
		this.taskPlans.clear();
		this.idsByPrompt.clear();
		this.count = 0;
	}

	/** The last plan of a list holds for all further tasks. */
	private takeTaskPlan(prompt: string): TaskPlan {
		const plans = this.taskPlans.get(prompt) ?? this.taskPlans.get(ALL) ?? [];
		return (plans.length > 1 ? plans.shift() : plans[0]) ?? {};
	}
}
