/** Bugs of downloads for the campaign to find. */
import type { Bug } from '../bugs.mjs';

export const VIDEO_BUGS: readonly Bug[] = [
	{
		name: 'a video is put together from two files',
		file: 'veo/video/answer.js',
		from: '!(0, remoteFile_1.isRestOf)(file, now)',
		to: 'false',
	},
	{
		name: 'a host that starts over is taken for one that goes on',
		file: 'veo/video/answer.js',
		from: 'skip: received }',
		to: 'skip: 0 }',
	},
	{
		name: 'a video that ends too early is taken as it is',
		file: 'veo/video/transfer.js',
		from: 'length !== null && reached < length',
		to: 'false',
	},
	{
		name: 'Max Download Size holds for a length that is told alone',
		file: 'veo/video/transfer.js',
		from: 'this.received > this.limits.maxDownloadBytes',
		to: 'false',
	},
	{
		name: 'a video host may be silent for twice the time',
		file: 'veo/video/connection.js',
		from: '+ this.patienceMs - now',
		to: '+ this.patienceMs * 2 - now',
	},
	{
		name: 'downloads do not wait for their turn',
		file: 'operations/download.js',
		from: "(await gate.enter(times)) !== 'granted'",
		to: 'false',
	},
	{
		name: 'a place for a download is not given back',
		file: 'operations/download.js',
		from: 'gate.leave();',
		to: '',
	},
	{
		name: 'a video that failed loses the others',
		file: 'items/outcome.js',
		from: "{ kind: 'problem', problem, binary }",
		to: "{ kind: 'problem', problem }",
	},
	{
		name: 'a video takes the number of one that failed',
		file: 'items/video.js',
		from: 'videos.flatMap(',
		to: "videos.filter(({ kind }) => kind === 'stored').flatMap(",
	},
	{
		name: 'items share the object of a video',
		file: 'items/video.js',
		from: '{ ...video.binary }',
		to: 'video.binary',
	},
	{
		name: 'an error page passes for a video',
		file: 'veo/video/transfer.js',
		from: '(0, mimeType_1.isPage)(file.contentType, bytes)',
		to: 'false',
	},
	{
		name: 'the key is sent to the video host',
		file: 'n8n/videoHost.js',
		from: "Accept: '*/*',",
		to: "Accept: '*/*', Key: (await this.context.getCredentials('apikleyApi')).apiKey,",
	},
	{
		name: 'links to anything are followed',
		file: 'veo/video/connection.js',
		from: '/^https?:$/.test(',
		to: '/:$/.test(',
	},
	{
		name: 'parked, the videos are forgotten',
		file: 'parking/goOn.js',
		from: 'await (0, download_1.downloadAtEnd)(context, session, wentOn, onFailure)',
		to: 'wentOn',
	},
	{
		name: 'the Stop button does not end a download',
		file: 'veo/video/connection.js',
		from: 'endingWith)(ports.signal)',
		to: 'endingWith)(new AbortController().signal)',
	},
	{
		name: 'the Retry-After of a video host does not count',
		file: 'veo/video/transfer.js',
		from: '(attempts, retryAfterMs, random)',
		to: '(attempts, null, random)',
	},
	{
		name: 'one retry of a video too many',
		file: 'veo/video/transfer.js',
		from: 'attempts > this.limits.maxRetries',
		to: 'attempts > this.limits.maxRetries + 1',
	},
	{
		name: 'what a video host refuses is tried again',
		file: 'veo/video/answer.js',
		from: 'status >= 500',
		to: 'status >= 402',
	},
	{
		name: 'the type that a video host tells does not count',
		file: 'operations/download.js',
		from: 'beginning.file.contentType',
		to: 'null',
	},
	{
		name: 'a file name can be a path',
		file: 'veo/video/fileName.js',
		from: ".replace(/[<>:\"/\\\\|?*]/g, '_')",
		to: '',
	},
];
