import type { Ending, TaskScript } from './task-script.mjs';

/** What comes of asking for the 1080p video of a task. */
export type Upgrade = { kind: 'ready' } | { kind: 'notReady' } | { kind: 'refused'; why: string };

/** Counts who asked how often for a 1080p video. */
export class Upgrades {
	private readonly asked = new Map<string, number>();

	/** `ending` is null for a task that has not ended. */
	ask(script: TaskScript, ending: Ending | null): Upgrade {
		if (ending?.kind !== 'succeeded') {
			return { kind: 'refused', why: 'record status is not success.' };
		}
		if (ending.model === 'fallback') {
			return { kind: 'refused', why: 'Made by the fallback model: it cannot be upgraded.' };
		}
		const before = this.asked.get(script.taskId) ?? 0;
		this.asked.set(script.taskId, before + 1);
		return { kind: before < (script.upgradeNotReadyFor ?? 0) ? 'notReady' : 'ready' };
	}

	clear(): void {
		this.asked.clear();
	}
}
