import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { claim } from '../n8n/claim';
import { systemClock } from '../n8n/clock';
import { stateOf } from './nodeState';
import { readTriggerSettings } from './settings';

/**
 * Passes on the item that the webhook has started the execution with. In queue mode several processes receive webhooks,
 * and two of them may have been told of the same task at the same moment. Then only one execution continues.
 */
export async function passOn(context: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const items = context.getInputData();
	const { ignoresRepeats } = readTriggerSettings((name) => context.getNodeParameter(name, 0));
	const taskId = items[0]?.json.taskId;
	const isChecked = !ignoresRepeats || context.getMode() === 'manual' || typeof taskId !== 'string';
	// A process that runs its executions itself receives all webhooks
	if (isChecked || stateOf(context, systemClock).started.has(taskId)) return [items];
	return (await claim(context, taskId)) ? [items] : [[]];
}
