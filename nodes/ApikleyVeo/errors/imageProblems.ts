import type { Image } from '../n8n/images';
import type { ApiError } from '../veo/api/envelope';
import type { Problem } from './problem';

/** The image of an item could not be uploaded, so its task was not created. */
export function uploadFailed(image: Image, error: ApiError): Problem {
	throw new Error('not built yet');
}
