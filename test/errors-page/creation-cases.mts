import type { IBinaryKeyData, INodeParameters } from 'n8n-workflow';

import { createdWithoutResponse, refused, type CreationPlan } from '../simulator/creation-plan.mjs';
import { GET_1080P_PATH } from '../simulator/endpoints/get-1080p.mjs';
import { BASE64_UPLOAD_PATH } from '../simulator/endpoints/uploads.mjs';
import { uploadFailure } from '../simulator/uploads.mjs';
import { TASK_ID, type ErrorCase } from './error-case.mjs';

const generate: INodeParameters = {
	resource: 'video',
	operation: 'generate',
	prompt: 'A dog on a beach',
};
const extend: INodeParameters = { resource: 'video', operation: 'extend', prompt: 'It barks' };
const AT_ONCE = 'Not retried.';
const ENDS_ALL = 'Not retried, and no other item is created after it.';

/** What happens to every creation of a case. */
const planned = (plan: CreationPlan): ErrorCase['prepare'] => {
	return (simulator) => simulator.planCreations('*', [{ ...plan, times: 'always' }]);
};

/** A creation that is refused with a text of the API. */
const refusal = (code: number, msg: string, about: string) => ({
	about,
	parameters: generate,
	prepare: planned(refused(code, { msg })),
});

/** Errors of Generate and Extend. */
export const CREATION_CASES: readonly ErrorCase[] = [
	{
		title: "It isn't known whether the task was created",
		about:
			"No response in time, a connection that broke, code 500, a web page, or a success without a task ID: the task may exist and be paid. Never retried. The same goes for all of n8n's retries: see [Paid once](paying-once.md#creation_uncertain).",
		parameters: { ...generate, options: { requestTimeout: 0.05 } },
		prepare: planned(createdWithoutResponse()),
	},
	{
		title: 'The key was rejected, so no task was created',
		about: ENDS_ALL,
		parameters: generate,
		credential: () => ({ apiKey: 'wrong-key' }),
	},
	{
		title: 'The task of another item failed first',
		about:
			'With On Error set to one of the settings that continue, this is the item of a task that was then not created. Its code is that of the failure.',
		parameters: { ...generate, options: { maxConcurrency: 1 } },
		itemCount: 2,
		shownItem: 1,
		prepare: planned(refused(402, { msg: 'Insufficient credits' })),
	},
	{
		title: "The account doesn't have enough credits for the task",
		...refusal(402, 'Insufficient credits', ENDS_ALL),
	},
	{
		title: 'The spending limit of the key is reached',
		...refusal(433, 'The key has reached its spending limit', ENDS_ALL),
	},
	{
		title: 'The API refuses a parameter (422)',
		...refusal(422, 'Invalid model', AT_ONCE),
	},
	{
		title: 'The prompt is rejected at once (400)',
		...refusal(
			400,
			'Your prompt was flagged by Website as violating content policies.',
			`${AT_ONCE} Most prompts are only checked after the task was created: then it is a [failed task](#failed-tasks).`,
		),
	},
	{
		title: "The image can't be fetched (451)",
		...refusal(451, 'Failed to fetch the image.', AT_ONCE),
	},
	{
		title: 'The API has no such endpoint (404)',
		...refusal(404, 'Not Found', ENDS_ALL),
	},
	{
		title: 'The feature is switched off (505)',
		...refusal(505, 'The feature is disabled', ENDS_ALL),
	},
	{
		title: 'Too many requests for new tasks (429)',
		...refusal(
			429,
			'Too many requests',
			'Such a request created nothing, so it is retried first, like one during maintenance (455). (Shown with Max Retries 0.)',
		),
		parameters: { ...generate, options: { maxRetries: 0 } },
	},
	{
		title: 'More videos than Max Videos',
		about: 'The run creates none.',
		parameters: { ...generate, generationOptions: { maxVideos: 1 } },
		itemCount: 2,
	},
	{
		title: 'The task to extend is unknown',
		about: AT_ONCE,
		parameters: extend,
		task: null,
	},
	{
		title: 'The task to extend is still running',
		about: `${AT_ONCE} Its state is looked up to explain the refusal.`,
		parameters: extend,
		task: { ending: { kind: 'never' } },
	},
	{
		title: 'The task to extend failed',
		about: 'The same.',
		parameters: extend,
		task: { ending: { kind: 'failed', successFlag: 2, errorCode: 400 } },
	},
	{
		title: 'The task to extend is too old',
		about: AT_ONCE,
		parameters: extend,
		prepare: (simulator) =>
			simulator.setPathFaults('/api/v1/veo/extend', [
				{ kind: 'code', code: 422, msg: 'Only within 14 days.', times: 'always' },
			]),
	},
	{
		title: 'The task to extend has a 1080p version',
		about: AT_ONCE,
		parameters: extend,
		prepare: (simulator) =>
			simulator.setPathFaults('/api/v1/veo/extend', [
				{
					kind: 'code',
					code: 422,
					msg: 'A video that was upgraded to 1080p cannot be extended.',
					times: 'always',
				},
			]),
	},
];

const fromImages = { ...generate, generationType: 'FIRST_AND_LAST_FRAMES_2_VIDEO' };
const fromFiles = { ...fromImages, imageSource: 'binary', imageFields: 'data' };

/** A file that begins like this, in base64. */
const fileOf = (data: string): IBinaryKeyData => ({ data: { data, mimeType: 'image/png' } });
const PNG = fileOf('iVBORw0KGgoAAAANSUhEUg==');
const GIF = fileOf('R0lGODlhAQABAA==');

const failingUpload = (status: number, msg: string): ErrorCase['prepare'] => {
	return (simulator) =>
		simulator.setPathFaults(BASE64_UPLOAD_PATH, [
			{ ...uploadFailure(status, msg), times: 'always' },
		]);
};

/** Requests for a new task that the node doesn't send. */
export const CREATION_INPUT_CASES: readonly ErrorCase[] = [
	{
		title: 'The prompt is empty',
		about:
			'With On Error set to Stop Workflow, an item like this keeps all others from being created.',
		parameters: { ...generate, prompt: '={{ $json.prompt }}' },
	},
	{
		title: 'The seed is out of range',
		about: 'The API only takes these.',
		parameters: { ...generate, generationOptions: { seeds: 9_999 } },
	},
	{
		title: "Additional Fields isn't a JSON object",
		about: 'They are read before anything is sent.',
		parameters: { ...generate, generationOptions: { additionalFields: 'duration: 8' } },
	},
	{
		title: 'There is no image',
		about: 'So is one too many.',
		parameters: { ...fromImages, imageUrls: '={{ $json.image }}' },
	},
	{
		title: "The image isn't a web address",
		about: 'The API fetches images from addresses that are open to the internet.',
		parameters: { ...fromImages, imageUrls: 'file:///tmp/image.png' },
	},
	{
		title: 'The item has no such binary field',
		about: 'Image Source is set to Binary File.',
		parameters: fromFiles,
	},
	{
		title: "The file isn't an image that Apikley takes",
		about: 'The first bytes of the file decide, not its name.',
		parameters: fromFiles,
		binary: GIF,
	},
	{
		title: 'Apikley refuses the image',
		about:
			'Not retried. With On Error set to Stop Workflow, all images are uploaded before the first task is created, so this keeps all tasks from being created.',
		parameters: fromFiles,
		binary: PNG,
		prepare: failingUpload(413, 'File too large'),
	},
	{
		title: "The image can't be uploaded",
		about: 'Retried first, with pauses of 1 to 30 s. (Shown with Max Retries 0.)',
		parameters: { ...fromFiles, options: { maxRetries: 0 } },
		binary: PNG,
		prepare: failingUpload(503, 'Service temporarily unavailable'),
	},
];

const get1080p: INodeParameters = {
	resource: 'video',
	operation: 'get1080p',
	waitForCompletion: false,
	downloadVideos: false,
	options: { maxRetries: 0 },
};

const refusedUpgrade = (code: number, msg: string): ErrorCase['prepare'] => {
	return (simulator) =>
		simulator.setPathFaults(GET_1080P_PATH, [{ kind: 'code', code, msg, times: 'always' }]);
};

const CHECKED = 'The record of the task says so, which is checked first.';

/** Errors of Get 1080p. */
export const UPGRADE_CASES: readonly ErrorCase[] = [
	{
		title: 'The fallback model made the video',
		about: CHECKED,
		parameters: get1080p,
		task: { ending: { kind: 'succeeded', model: 'fallback' } },
	},
	{
		title: "The video isn't in 16:9",
		about: CHECKED,
		parameters: get1080p,
		task: { aspectRatio: '9:16' },
	},
	{
		title: 'The task has no such video',
		about: CHECKED,
		parameters: { ...get1080p, videoIndex: 3 },
	},
	{
		title: "The task isn't complete yet",
		about: CHECKED,
		parameters: get1080p,
		task: { ending: { kind: 'never' } },
	},
	{
		title: 'The task whose 1080p version is wanted failed',
		about: CHECKED,
		parameters: get1080p,
		task: { ending: { kind: 'failed', successFlag: 2 } },
	},
	{
		title: 'The task whose 1080p version is wanted is unknown',
		about: CHECKED,
		parameters: get1080p,
		task: null,
	},
	{
		title: "There aren't enough credits for the 1080p version",
		about: 'Not retried. The task has succeeded, so its item leaves on Pending.',
		parameters: get1080p,
		prepare: refusedUpgrade(402, 'Insufficient credits'),
	},
	{
		title: 'The API refuses to make the 1080p version',
		about: 'The same.',
		parameters: get1080p,
		prepare: refusedUpgrade(422, 'record result data is blank.'),
	},
	{
		title: 'The spending limit is reached before the 1080p version',
		about: 'The same.',
		parameters: get1080p,
		prepare: refusedUpgrade(433, 'The key has reached its spending limit'),
	},
	{
		title: "The 1080p version isn't ready in time",
		about:
			'With On Timeout set to Output the Item, this is not an error but an item with `wait.timedOut: true`.',
		parameters: {
			...get1080p,
			waitForCompletion: true,
			polling: { interval: 0.02, timeout: 0.05 },
		},
		task: { upgrade: { notReadyForRequests: 1_000 } },
	},
	{
		title: 'The link of the 1080p version has expired',
		about: 'It is requested again once for a fresh link.',
		parameters: { ...get1080p, downloadVideos: true },
		prepare: (simulator) =>
			simulator.setVideoFaults(`/videos/${TASK_ID}/1080p-1.mp4`, [
				{ kind: 'status', status: 403, times: 'always' },
			]),
	},
];

const getCredits: INodeParameters = {
	resource: 'account',
	operation: 'getCredits',
	options: { maxRetries: 0 },
};

const failingCredits = (code: number, msg: string): ErrorCase['prepare'] => {
	return (simulator) =>
		simulator.setPathFaults('/api/v1/chat/credit', [{ kind: 'code', code, msg, times: 'always' }]);
};

/** Errors of Get Credits. */
export const CREDITS_CASES: readonly ErrorCase[] = [
	{
		title: 'The key was rejected while getting the credits',
		about: 'Not retried.',
		parameters: getCredits,
		credential: () => ({ apiKey: 'wrong-key' }),
	},
	{
		title: "The API refuses to return the account's credits",
		about: 'Not retried.',
		parameters: getCredits,
		prepare: failingCredits(433, 'The key has reached its spending limit'),
	},
	{
		title: "The credits can't be read",
		about: 'Retried first, with pauses of 1 to 30 s. (Shown with Max Retries 0.)',
		parameters: getCredits,
		prepare: failingCredits(503, 'Service temporarily unavailable'),
	},
];
