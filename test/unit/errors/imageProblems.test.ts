import { uploadFailed } from '../../../nodes/ApikleyVeo/errors/imageProblems';
import type { ApiError } from '../../../nodes/ApikleyVeo/veo/api/envelope';

const image = { field: 'photo', itemIndex: 3 };

const exhausted = (code: number | null, reason: string, isPermanent = false): ApiError => ({
	kind: 'retriesExhausted',
	attempts: code === 413 ? 1 : 6,
	code,
	reason,
	isPermanent,
});
const rejected = (code: number): ApiError => ({ kind: 'rejected', code, message: 'Bad file.' });

test.each<[ApiError, number | string, RegExp, RegExp]>([
	[{ kind: 'unauthorized', message: null }, 401, /rejected the API key/, /Check the key in the/],
	[{ kind: 'noCredits', message: 'No' }, 402, /enough credits/, /The API says: "No"\.$/],
	[rejected(400), 400, /refused it \(400\): Bad file\.$/, /opens in other programs/],
	[{ kind: 'notFound', code: 404, message: null }, 404, /refused it \(404\)\.$/, /Base URL\.$/],
	[{ kind: 'tooOld', code: 422, message: 'x' }, 422, /refused it \(422\): x\.$/, /other programs/],
	[rejected(403), 403, /refused it/, /that the key may upload files/],
	[rejected(405), 405, /refused it/, /Base URL\.$/],
	[rejected(413), 413, /refused it/, /Reduce the image/],
	[exhausted(413, 'a web page'), 413, /: a web page\. Tried once\.$/, /Reduce the image/],
	[exhausted(503, 'server error 503'), 503, /error 503\. Tried 6 times\.$/, /raise Max Retries/],
	[exhausted(null, 'reset.'), 'UNREACHABLE', /: reset\. Tried 6 times\.$/, /Try again later/],
	[exhausted(null, 'wrong', true), 'UNREACHABLE', /: wrong\. Tried/, /^No retry helps\. /],
	[{ kind: 'unexpected', message: 'x is null' }, 'UNEXPECTED_ERROR', /: x is null\.$/, /report/],
])('the upload that failed with %j has code %p', (error, code, reason, advice) => {
	const problem = uploadFailed(image, error);
	const start = `Couldn't upload the image in the binary field "photo" of item 3: `;
	expect(problem).toMatchObject({ taskId: null, code, retryable: false });
	expect(problem.message.startsWith(start)).toBe(true);
	expect(problem.message).toMatch(reason);
	const nothingPaid = 'No task was created, and nothing was paid. ';
	expect(problem.description.startsWith(nothingPaid)).toBe(true);
	expect(problem.description.slice(nothingPaid.length)).toMatch(advice);
});
