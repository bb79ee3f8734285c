import { readOptionalDownload } from '../parameters/downloadRequest';
import { readOptionalWait, UPGRADE_POLLING_RULES } from '../parameters/polling';
import { readVideoIndex } from '../parameters/videoIndex';
import type { Operation } from './operation';

export const get1080p: Operation = {
	resource: 'video',
	option: {
		name: 'Get 1080p',
		value: 'get1080p',
		action: 'Get the 1080p version of a video',
		description: "Get the 1080p version of a finished task's video",
	},
	fields: ['videoIndex', 'outputMode', 'options'],
	waits: 'optionally',
	downloads: 'optionally',
	onTaskFailed: null,
	readActions: (context, itemIndex) => ({
		videoIndex: readVideoIndex(context, itemIndex),
		wait: readOptionalWait(context, itemIndex, UPGRADE_POLLING_RULES),
		// It may be ready at the first request
		download: readOptionalDownload(context, itemIndex, true),
		onTaskFailed: 'error',
	}),
	readCreation: null,
};
