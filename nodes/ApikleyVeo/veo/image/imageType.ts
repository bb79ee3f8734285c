/** The types of image that the API takes. */
export interface ImageType {
	readonly kind: 'image';
	readonly mimeType: string;
	/** Without the dot. */
	readonly extension: string;
}

/** `found` says what the file is instead, e.g. "a GIF image". */
export type DetectedType = ImageType | { readonly kind: 'other'; readonly found: string };

/** As many bytes as a signature may need. */
export const SIGNATURE_LENGTH = 64;

const IMAGES: ReadonlyArray<readonly [signature: RegExp, mimeType: string, extension: string]> = [
	[/^\xff\xd8\xff/, 'image/jpeg', 'jpg'],
	[/^\x89PNG\r\n[^]\n/, 'image/png', 'png'],
	[/^RIFF[^]{4}WEBP/, 'image/webp', 'webp'],
];

const OTHERS: ReadonlyArray<readonly [signature: RegExp, name: string]> = [
	[/^GIF8/, 'a GIF image'],
	[/^BM[^]{4}\0{4}/, 'a BMP image'],
	[/^(II\*\0|MM\0\*)/, 'a TIFF image'],
	[/^[^]{4}ftyp(avif|avis)/, 'an AVIF image'],
	[/^[^]{4}ftyp(hei[cfmsx]|hev[cmsx]|mif1|msf1)/, 'a HEIC image'],
	[/^[^]{4}ftyp/, 'a video'],
	[/^[^]E\xdf\xa3/, 'a video'],
	[/^%PDF-/, 'a PDF document'],
	[/^PK/, 'a ZIP archive'],
	[/^(\xef\xbb\xbf)?\s*<[^]*svg/i, 'an SVG image'],
	[/^(\xef\xbb\xbf)?\s*</, 'a web page or XML'],
	[/^(\xef\xbb\xbf)?\s*[{[]/, 'JSON'],
];

/** Detects the type of a file by its first bytes, because a name or a declared type may be wrong. */
export function detectImageType(start: Uint8Array): DetectedType {
	const text = String.fromCharCode(...start.subarray(0, SIGNATURE_LENGTH));
	const image = IMAGES.find(([signature]) => signature.test(text));
	if (image !== undefined) return { kind: 'image', mimeType: image[1], extension: image[2] };
	const other = OTHERS.find(([signature]) => signature.test(text));
	return { kind: 'other', found: other?.[1] ?? 'a file of an unknown type' };
}
