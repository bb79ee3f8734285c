import { withHeaders, type Answer } from './answer.mjs';
import { padded, part } from './content.mjs';
import type { Delivery } from './delivery.mjs';
import type { Fault } from './faults.mjs';
import { replacementFor, type Replacing } from './replaced-answer.mjs';

type Kind = Fault['kind'];
type Of<K extends Kind> = Extract<Fault, { kind: K }>;
type Change<K extends Kind> = (delivery: Delivery, fault: Of<K>, now: number) => Delivery;

const replace = (delivery: Delivery, fault: Replacing, now: number): Delivery => ({
	...delivery,
	answer: replacementFor(fault, now),
});

const CHANGES: { readonly [K in Kind]: Change<K> } = {
	none: (delivery) => delivery,
	status: replace,
	code: replace,
	html: replace,
	redirect: replace,
	synthetic: replace,
	truncated: (delivery, { bytes = half(delivery.answer) }) => {
		const { body } = delivery.answer;
		return withAnswer(delivery, { body: part(body, 0, Math.min(bytes, body.length)) });
	},
	contentType: (delivery, { contentType }) =>
		withAnswer(delivery, withHeaders(delivery.answer, { 'content-type': contentType })),
	oversized: (delivery, { bytes }) =>
		withAnswer(delivery, { body: padded(delivery.answer.body, bytes) }),
	reset: (delivery, { when }) => ({
		...delivery,
		breakOff: { at: when === 'beforeHeaders' ? when : 0, how: 'reset' },
	}),
	hang: (delivery, { when = 'beforeHeaders' }) => ({
		...delivery,
		breakOff: { at: when === 'beforeHeaders' ? when : half(delivery.answer), how: 'hang' },
	}),
	cutOff: (delivery, { afterBytes }) => ({
		...delivery,
		breakOff: { at: afterBytes, how: 'close' },
	}),
	stall: (delivery, { afterBytes }) => ({ ...delivery, breakOff: { at: afterBytes, how: 'hang' } }),
	slow: (delivery, { bytesPerSecond }) => ({ ...delivery, bytesPerSecond }),
	delay: (delivery, { ms }) => ({ ...delivery, delayMs: delivery.delayMs + ms }),
	noRange: (delivery) => ({ ...delivery, acceptRanges: false }),
	noLength: (delivery) => ({ ...delivery, sendLength: false }),
	all: (delivery, { faults }, now) =>
		faults.reduce((changed, fault) => applyFault(changed, fault, now), delivery),
};

/** The delivery as the fault leaves it. `now` (epoch milliseconds) is for a Retry-After date. */
export function applyFault<K extends Kind>(
	delivery: Delivery,
	fault: Of<K>,
	now: number,
): Delivery {
	const change: Change<K> = CHANGES[fault.kind as K];
	return change(delivery, fault, now);
}

/** For scripts that come from outside, as JSON. */
export function isFaultKind(kind: unknown): kind is Kind {
	return typeof kind === 'string' && Object.hasOwn(CHANGES, kind);
}

function withAnswer(delivery: Delivery, change: Partial<Answer>): Delivery {
	return { ...delivery, answer: { ...delivery.answer, ...change } };
}

function half(answer: Answer): number {
	return Math.floor(answer.body.length / 2);
}
