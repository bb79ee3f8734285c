import { reply, type Endpoint } from './endpoint.mjs';

export const CREDIT_PATH = '/api/v1/chat/credit';

/** Returns the balance of the account. */
export const credit: Endpoint = {
	method: 'GET',
	respond: ({ account }) => reply(200, 'success', account.balance),
};
