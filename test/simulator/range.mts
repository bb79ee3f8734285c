import { withHeaders, type Answer } from './answer.mjs';
import { contentOf, part } from './content.mjs';

/**
 * The answer cut down to what a Range header asks for: 206, or 416 when it asks for nothing that is there. Several
 * ranges at once, and other units, are ignored, as RFC 9110 allows.
 */
export function ranged(answer: Answer, rangeHeader: string | undefined): Answer {
	if (answer.status !== 200) return answer;
	const offering = withHeaders(answer, { 'accept-ranges': 'bytes' });
	const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(rangeHeader ?? '') ?? [];
	if (first === '' && last === '') return offering;
	const { length } = answer.body;
	const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
	const end = first === '' || last === '' ? length : Math.min(length, Number(last) + 1);
	if (start >= end) return unsatisfiable(length);
	return {
		...withHeaders(offering, { 'content-range': `bytes ${start}-${end - 1}/${length}` }),
		status: 206,
		body: part(answer.body, start, end),
	};
}

function unsatisfiable(length: number): Answer {
	return { status: 416, headers: { 'content-range': `bytes */${length}` }, body: contentOf('') };
}
