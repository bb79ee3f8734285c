import { toNumber } from '../../task/coerce';
import { hasNoCredits, toError, transientError } from '../envelope';
import { retryAlways } from '../retryPolicy';
import type { Endpoint } from './endpoint';

/** The credits that the account has left: documented as a whole number, seen with decimals. */
export const credits: Endpoint<number> = {
	method: 'GET',
	path: '/api/v1/chat/credit',
	retryPolicy: retryAlways,
	holdsValue: () => false,
	parse(envelope) {
		const value = envelope.code === 200 ? toNumber(envelope.data) : null;
		if (value !== null) return { kind: 'success', value };
		return envelope.code !== 200 || hasNoCredits(envelope)
			? toError(envelope)
			: transientError(null, 'the response contained no number of credits');
	},
};
