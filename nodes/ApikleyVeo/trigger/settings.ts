import type { IDataObject } from 'n8n-workflow';

/** The values of `events`: the statuses in which a task is final. */
export const EVENTS = ['succeeded', 'failed'] as const;

export interface TriggerSettings {
	readonly events: readonly string[];
	readonly output: 'structured' | 'raw';
	readonly ignoresRepeats: boolean;
}

/** `read` returns the value of a parameter. None of them can be an expression, so reading them can't fail. */
export function readTriggerSettings(read: (name: string) => unknown): TriggerSettings {
	const options = read('options') as IDataObject | undefined;
	return {
		events: (read('events') as string[] | undefined) ?? EVENTS,
		output: read('output') === 'raw' ? 'raw' : 'structured',
		ignoresRepeats: options?.ignoreRepeats !== false,
	};
}
