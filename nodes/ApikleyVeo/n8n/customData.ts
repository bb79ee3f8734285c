import type { IExecuteFunctions } from 'n8n-workflow';

/** n8n saves ten values per execution. */
const MAX_TASKS = 10;

type CustomData = Pick<IExecuteFunctions['customData'], 'get' | 'set'>;

/**
 * Adds a task to the execution's custom data, by which n8n's list of executions can be filtered. Some kinds of executions
 * have none.
 */
export function addToCustomData(context: IExecuteFunctions, taskId: string): void {
	try {
		add(
			(context as Partial<IExecuteFunctions>).customData ?? customDataInExpressions(context),
			taskId,
		);
	} catch {
		// The task is created, and its ID is also on its item
	}
}

function add(customData: CustomData, taskId: string): void {
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

/** n8n before 2.20 has no custom data for nodes, but for expressions. */
function customDataInExpressions(context: IExecuteFunctions): CustomData {
	const call = (name: string, ...texts: string[]) => {
		const expression = `{{ $execution.customData.${name}(${texts.map(toLiteral).join()}) }}`;
		return context.evaluateExpression(expression, 0);
	};
	return {
		get: (key) => call('get', key) as string,
		set: (key, value) => void call('set', key, value),
	};
}

/** Without braces, which could end the expression. */
function toLiteral(text: string): string {
	return JSON.stringify(text).replaceAll('{', '\\u007b').replaceAll('}', '\\u007d');
}
