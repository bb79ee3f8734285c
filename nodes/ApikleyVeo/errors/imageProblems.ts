import type { Image } from '../n8n/images';
import type { ApiError, RetriesExhausted } from '../veo/api/envelope';
import { NOTHING_PAID } from './creationProblems';
import {
	CREDITS_PAGE,
	NO_RETRY_HELPS,
	REPORT_ADVICE,
	because,
	excerpt,
	final,
	formatAttempts,
	isSharedError,
	keyAdvice,
	quote,
	shareIf,
	trimFullStop,
} from './problem';
import type { Explanation, Problem } from './problem';

/** The image could not be uploaded, so the task of its item was not created. */
export function uploadFailed(image: Pick<Image, 'field' | 'itemIndex'>, error: ApiError): Problem {
	const { message, description, ...explanation } = explain(error);
	// n8n counts items from 0
	const what = `the image in the binary field "${image.field}" of item ${image.itemIndex}`;
	return shareIf(isSharedError(error), {
		taskId: null,
		...explanation,
		message: `Couldn't upload ${what}: ${trimFullStop(message)}.`,
		description: `${NOTHING_PAID} ${description}`,
	});
}

/** The message is only the reason: the sentence that it completes names the image. */
function explain(error: ApiError): Explanation {
	switch (error.kind) {
		case 'unauthorized':
			return final(401, 'Apikley rejected the API key (401)', keyAdvice(error.message));
		case 'noCredits':
			return final(
				402,
				"the Apikley account doesn't have enough credits (402)",
				`Top up at ${CREDITS_PAGE}, then try again.${quote(error.message)}`,
			);
		case 'notFound':
		case 'tooOld':
		case 'rejected':
			return final(
				error.code,
				`Apikley refused it (${error.code})${because(error.message)}`,
				ADVICE_BY_CODE[error.code] ?? 'Check that the image opens in other programs.',
			);
		case 'retriesExhausted':
			return final(
				error.code ?? 'UNREACHABLE',
				`${trimFullStop(excerpt(error.reason))}. Tried ${formatAttempts(error.attempts)}`,
				adviceAfterRetries(error),
			);
		case 'unexpected':
			return final(
				'UNEXPECTED_ERROR',
				`it failed unexpectedly${because(error.message)}`,
				REPORT_ADVICE,
			);
		default:
			return error satisfies never;
	}
}

const BASE_URL_ADVICE = "Check the credential's Base URL";

const ADVICE_BY_CODE: Readonly<Record<number, string>> = {
	403: `${BASE_URL_ADVICE}, and that the key may upload files.`,
	404: `${BASE_URL_ADVICE}.`,
	405: `${BASE_URL_ADVICE}.`,
	413: 'The server takes no file of this size. Reduce the image before this node.',
};

function adviceAfterRetries({ code, isPermanent }: RetriesExhausted): string {
	if (isPermanent === true) return NO_RETRY_HELPS;
	return ADVICE_BY_CODE[code ?? 0] ?? 'Try again later, or raise Max Retries.';
}
