import type { Operation } from './operation';

export const getCredits: Operation = {
	resource: 'account',
	gets: 'credits',
	option: {
		name: 'Get Credits',
		value: 'getCredits',
		action: 'Get the credits of the account',
		description: 'Get the number of credits that are left',
	},
	fields: ['options'],
	waits: 'never',
	downloads: 'never',
	onTaskFailed: null,
	readActions: () => ({ wait: null, download: null, onTaskFailed: 'output' }),
	readCreation: null,
};
