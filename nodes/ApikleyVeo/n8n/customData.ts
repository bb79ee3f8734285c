import type { IExecuteFunctions } from 'n8n-workflow';

/** n8n saves ten values per execution. */
const MAX_TASKS = 10;

/** Adds a task to the execution's custom data, by which n8n's list of executions can be filtered. */
export function addToCustomData({ customData }: IExecuteFunctions, taskId: string): void {
	// Some kinds of executions have none
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
