import { detectImageType } from '../../../../nodes/ApikleyVeo/veo/image/imageType';
import { STARTS } from '../../support/fakeBinaryData';

const detect = (start: string) => detectImageType(Buffer.from(start, 'latin1'));

test.each([
	[STARTS.jpeg, 'image/jpeg', 'jpg'],
	['\xff\xd8\xff\xdb', 'image/jpeg', 'jpg'],
	[STARTS.png, 'image/png', 'png'],
	[STARTS.webp, 'image/webp', 'webp'],
	['RIFF\r\n\r\nWEBP', 'image/webp', 'webp'],
	[STARTS.png + '\0'.repeat(1_000_000), 'image/png', 'png'],
])('a file that begins with %j is of type %s', (start, mimeType, extension) => {
	expect(detect(start)).toEqual({ kind: 'image', mimeType, extension });
});

test.each([
	[STARTS.gif, 'a GIF image'],
	['BM\x36\0\x0c\0\0\0\0\0\x36', 'a BMP image'],
	['II*\0', 'a TIFF image'],
	['MM\0*', 'a TIFF image'],
	['BM\x36\0\x0c\0\0\0\0', 'a file of an unknown type'],
	['II*', 'a file of an unknown type'],
	...['avif', 'avis'].map((brand) => [`\0\0\0\x1cftyp${brand}`, 'an AVIF image']),
	...['heic', 'heif', 'heim', 'heis', 'heix', 'hevc', 'hevm', 'hevs', 'hevx', 'mif1', 'msf1'].map(
		(brand) => [`\0\0\0\x18ftyp${brand}`, 'a HEIC image'],
	),
	['\0\0\0\x18ftypisom', 'a video'],
	['\x1aE\xdf\xa3', 'a video'],
	['%PDF-1.7', 'a PDF document'],
	['PK\x03\x04', 'a ZIP archive'],
	['a PK', 'a file of an unknown type'],
	['a BM\x36\0\x0c\0\0\0\0\0\x36', 'a file of an unknown type'],
	['a II*\0', 'a file of an unknown type'],
	['a \0\0\0\x1cftypavif', 'a file of an unknown type'],
	['a \0\0\0\x18ftypheic', 'a file of an unknown type'],
	['a \0\0\0\x18ftypisom', 'a file of an unknown type'],
	['a \x1aE\xdf\xa3', 'a file of an unknown type'],
	['<html>', 'a web page or XML'],
	['\r\n\r\n<html>', 'a web page or XML'],
	['a GIF8', 'a file of an unknown type'],
	['a %PDF-', 'a file of an unknown type'],
	['\0RIFF\r\n\r\nWEBP', 'a file of an unknown type'],
	['\0\xff\xd8\xff', 'a file of an unknown type'],
	[`\0${STARTS.png}`, 'a file of an unknown type'],
	['a <svg', 'a file of an unknown type'],
	['a <html>', 'a file of an unknown type'],
	['a {"error":1}', 'a file of an unknown type'],
	['\xef\xbb\xbf<svg>', 'an SVG image'],
	[' \n<svg>', 'an SVG image'],
	['<svg xmlns="http://www.w3.org/2000/svg">', 'an SVG image'],
	['<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<svg>', 'an SVG image'],
	['\xef\xbb\xbf\n<!DOCTYPE html><html>', 'a web page or XML'],
	['{"error":"Forbidden"}', 'JSON'],
	['\xef\xbb\xbf \n[1]', 'JSON'],
	['RIFF\x24\0\0\0WAVE', 'a file of an unknown type'],
	['\x89PNG', 'a file of an unknown type'],
	['\xff\xd8', 'a file of an unknown type'],
	['image', 'a file of an unknown type'],
	['', 'a file of an unknown type'],
])('a file that begins with %j is no image that the API takes: it is %s', (start, found) => {
	expect(detect(start)).toEqual({ kind: 'other', found });
});
