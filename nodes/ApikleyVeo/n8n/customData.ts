import type { IExecuteFunctions } from 'n8n-workflow';

/** n8n saves ten values per execution. */
const MAX_TASKS = 10;

type CustomData = IExecuteFunctions['customData'];

/** Adds a task to the execution's custom data, by which n8n's list of executions can be filtered. */
export function addToCustomData(context: IExecuteFunctions, taskId: string): void {
	const customData = customDataOf(context);
	if (customData === undefined) return;
	for (let number = 1; number <= MAX_TASKS; number++) {
		const key = `apikleyTask${number}`;
		const value: unknown = customData.get(key);
		if (value === taskId) return;
		if (value === undefined || value === '') {
			customData.set(key, taskId);
			return;
		}
	}
}

/** An n8n that has no custom data for nodes, such as 2.6, has it in expressions. Some kinds of executions have none. */
function customDataOf(context: IExecuteFunctions): CustomData | undefined {
	const { customData } = context as Partial<IExecuteFunctions>;
	if (customData !== undefined) return customData;
	try {
		const expression = '{{ $execution.customData }}';
		return context.evaluateExpression(expression, 0) as unknown as CustomData | undefined;
	} catch {
		return undefined;
	}
}
