/** By parameter, as in the panel. A linter wants these written out in the panel, so a test compares the two. */
const LABELS: Readonly<Record<string, string>> = {
	resource: 'Resource',
	operation: 'Operation',
	taskId: 'Task ID',
	videoIndex: 'Video Index',
	prompt: 'Prompt',
	generationType: 'Generate From',
	imageSource: 'Image Source',
	imageUrls: 'Image URLs',
	imageFields: 'Input Binary Fields',
	model: 'Model',
	aspectRatio: 'Aspect Ratio',
	generationOptions: 'Generation Options',
	downloadVideos: 'Download Videos',
	downloadSource: 'Videos to Download',
	binaryProperty: 'Put Output File in Field',
	waitForCompletion: 'Wait for Completion',
	whileWaiting: 'While Waiting',
	polling: 'Wait Settings',
	failedTask: 'If a Task Failed',
	output: 'Output Format',
	outputMode: 'Outputs',
	options: 'Options',
};

/** What the user knows a parameter by. */
export function labelOf(parameter: string): string {
	return LABELS[parameter] ?? parameter;
}
