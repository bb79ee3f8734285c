import { toNumber } from '../../task/coerce';
import { toError, transientError } from '../envelope';
import { retryAlways } from '../retryPolicy';
import type { Endpoint } from './endpoint';

/** The credits that the account has left: documented as a whole number, seen with decimals. */
export const credits: Endpoint<number> = {
	method: 'GET',
	path: '/api/v1/chat/credit',
	retryPolicy: retryAlways,
	holdsValue: () => false,
	parse(envelope) {
		if (envelope.code !== 200) return toError(envelope);
		const value = toNumber(envelope.data);
		return value === null
			? transientError(null, 'the response contained no number of credits')
			: { kind: 'success', value };
	},
};
