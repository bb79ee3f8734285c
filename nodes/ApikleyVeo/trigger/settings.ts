import { toChoice } from '../parameters/choice';
import { readBoolean } from '../parameters/boolean';
import { InvalidParameterError } from '../parameters/invalidParameter';
import { labelOf } from '../parameters/labels';
import { isObject } from '../veo/task/coerce';

/** The values of `events`: the statuses in which a task is final. */
export const EVENTS = ['succeeded', 'failed'] as const;

const OUTPUTS = ['structured', 'raw'] as const;

export interface TriggerSettings {
	readonly events: readonly string[];
	readonly output: (typeof OUTPUTS)[number];
	readonly ignoresRepeats: boolean;
}

/**
 * `read` returns the value of a parameter, which the panel doesn't allow to be an expression. Throws an
 * InvalidParameterError for a value that can't be chosen in the panel.
 */
export function readTriggerSettings(read: (name: string) => unknown): TriggerSettings {
	return {
		events: toEvents(read('events')),
		output: toChoice(read('output') ?? OUTPUTS[0], labelOf('output'), OUTPUTS),
		ignoresRepeats: toIgnoresRepeats(read('options') ?? {}),
	};
}

function toEvents(value: unknown = EVENTS): readonly string[] {
	if (Array.isArray(value) && value.length > 0) {
		return value.map((event) => toChoice(event, 'Trigger On', EVENTS));
	}
	throw new InvalidParameterError(
		`Trigger On must have one or more of ${EVENTS.join(', ')}. It is ${JSON.stringify(value)}.`,
		'Choose at least one from the list.',
	);
}

function toIgnoresRepeats(options: unknown): boolean {
	if (isObject(options)) return readBoolean(options.ignoreRepeats ?? true, 'Ignore Repeats');
	throw new InvalidParameterError(
		`Options must be an object. It is ${JSON.stringify(options)}.`,
		'Remove the value.',
	);
}
