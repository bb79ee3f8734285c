import {
	saysContentRefused,
	saysNoCredits,
	saysGenerating,
	saysNotComplete,
	saysNotUpgradable,
	saysProcessing,
	saysTooOld,
	saysUnknownTask,
	saysUpgraded,
} from '../../../../nodes/ApikleyVeo/veo/api/apiTexts';

describe('a text says that credits are missing:', () => {
	test.each([
		'Insufficient credits.',
		'Credits insufficient : please top up',
		"Credits insufficient: Your current balance isn't enough to run this request. Please top up.",
		'Your credits are insufficient',
		'Not enough credits',
		'Not  enough\ncredits to create the video',
		'NOT_ENOUGH_CREDITS',
		'INSUFFICIENT_CREDITS',
		"You don't have enough credits.",
		'You don’t have enough credits for this request',
		'You do not have sufficient credits on your account',
		'You have run out of credits',
		'Your account ran out of credits!',
		'Error: out of credit',
		'No credits left',
		'There are no more credits available.',
		'0 credits remaining',
		'You have no credits',
		'Credits exhausted',
		'Your API credits have been exhausted.',
		'All credits used up',
		'Your credits have run out',
		'Balance too low',
		'Your account balance is too low',
		'Account credit balance is not enough',
		'Insufficient balance',
		'Insufficient account balance, please recharge',
		'Insufficient funds',
		'You need more credits',
		'This request needs 40 more credits',
		'This request requires 60 credits, but you have 10.',
		"You've used up all of your credits.",
		'Failed. Please top up your account.',
		'Недостаточно кредитов',
		'Недостаточно средств на балансе.',
		'Ошибка: недостаточно средств',
		'Не хватает кредитов для создания видео',
		'На счёте нет средств',
		'У вас закончились кредиты',
		'Кредиты закончились',
		'Ваши кредиты исчерпаны.',
		'Кредитов недостаточно',
		'Недостаточный баланс',
		'Ваш баланс слишком низкий',
		'Пополните баланс, чтобы продолжить',
	])('%s', (text) => {
		expect(saysNoCredits(text)).toBe(true);
	});
});

describe('a text does not say that credits are missing:', () => {
	test.each([
		null,
		'',
		'The image has insufficient credits information',
		'The image shows a credit card with insufficient detail',
		'No credit card numbers are allowed in the prompt.',
		'Your prompt was flagged: credit card data.',
		'The photo credit is insufficient to prove the rights.',
		'The film credits are not allowed.',
		'The white balance is too low in this image.',
		'Insufficient white balance',
		'The image is out of balance.',
		'Not enough light in the image',
		'The prompt is not sufficient. Use more words.',
		'Your prompt was flagged by Website as violating content policies.',
		'The prompt shows a man who tops up a phone.',
		'На изображении недостаточно деталей',
		'Недостаточно кредитов доверия',
		'В запросе нет средств выразительности',
	])('%s', (text) => {
		expect(saysNoCredits(text)).toBe(false);
	});
});

test.each([
	['Temporarily supports records within 14 days.', true],
	['Only the last 14\u00a0Days can be queried', true],
	['records within 14-days', true],
	['records within 14days', true],
	['a limit of (14) days', true],
	['after the 14 day limit', true],
	['Записи хранятся 14 дней', true],
	['records within 140 days', false],
	['records within 114 days', false],
	[null, false],
])('the text %j says that a task is too old: %p', (text, expected) => {
	expect(saysTooOld(text)).toBe(expected);
});

test.each([
	['record status is not success', true],
	['Record  status is\tnot SUCCESS.', true],
	['record status is not "success"', true],
	['record status not success', true],
	['record result data is blank', true],
	['Error: record result data, is blank!', true],
	['record.resultData is empty', true],
	["record result data doesn't exist", true],
	["record status isn't success", true],
	['record result-data is  blank.', true],
	['record result data not exist.', true],
	['record result data does not exist', true],
	['record result data is empty', true],
	['record is null', false],
	['recordInfo is null', false],
	['record does not exist', false],
	['record not exist', false],
	['record is empty', false],
	['record is blank', false],
	['taskId is empty', false],
	['taskId is blank', false],
	['taskId does not exist', false],
	['Record not found for taskId: veo_1', false],
	[null, false],
])('the text %j says that a task is not complete: %p', (text, expected) => {
	expect(saysNotComplete(text)).toBe(expected);
});

test.each<[string | null, boolean]>([
	['record is null.', true],
	['Record not found for taskId: veo_1', true],
	['Task not found', true],
	['taskId does not exist', true],
	['The task ID is invalid', true],
	['Record result data not exist', false],
	['record status is not success', false],
	['Not Found', false],
	['Invalid model', false],
	[null, false],
])('%j says that the task is unknown: %p', (text, expected) => {
	expect(saysUnknownTask(text)).toBe(expected);
});

test.each<[string | null, boolean]>([
	['A video that was upgraded to 1080p cannot be extended.', true],
	['Videos upgraded before cannot be extended', true],
	['An upgrade was made', true],
	['There is a 1080 version', true],
	['record is null.', false],
	['The prompt is too long: 10800', false],
	[null, false],
])('%j says that there is a 1080p version: %p', (text, expected) => {
	expect(saysUpgraded(text)).toBe(expected);
});

test.each([
	'record status is not success',
	'record result data is blank.',
	'record result data not exist.',
	'Record  result data, is EMPTY!',
	'result data blank',
	'record result data is blank, please wait',
	'response is empty',
	'resultUrls is empty',
	'The result URLs are empty.',
	'video does not exist',
	"The video of task veo_1 doesn't exist yet.",
	'Validation Error. record result data is empty.',
	'response is empty for taskId: veo_1',
	'task result does not exist',
	'paramJson is empty',
	'originUrls not exist',
	'originUrls empty',
	'task resultUrls is empty',
	'The response is empty. Please wait.',
])('the text %j says that a task is generating', (text) => {
	expect(saysGenerating(text)).toBe(true);
});

test.each([
	'task does not exist',
	'The task you requested does not exist.',
	'Task veo_1 does not exist',
	'taskId not exist',
	'taskId: veo_1 does not exist',
	'task_id is empty',
	'Task ID is blank',
	'The ID is empty',
	'param is empty',
	'The video does not exist any more',
	'The video task does not exist',
	'Video generation task not exist.',
	'record not exist',
	'Record with taskId veo_1 does not exist',
	'record info is empty',
	'recordInfo does not exist',
	'The response is empty. The task does not exist.',
	'The requested resource or endpoint does not exist',
	'record is null',
	'recordInfo is null',
	'response is null',
	'Record not found for taskId: veo_1',
	'Temporarily supports records within 14 days.',
	'Validation Error',
	'',
	null,
])('the text %j does not say that a task is generating', (text) => {
	expect(saysGenerating(text)).toBe(false);
});

test.each<[string | null, boolean]>([
	['The 1080p video is being processed', true],
	['Generating', true],
	['This takes a minute', true],
	['It takes 2 minutes', true],
	['Not-ready', true],
	['It should be ready in a moment', true],
	['Try again later.', true],
	['Please, wait', true],
	['The 1080P is processing', true],
	['The video is still generating.', true],
	['Upgrade in progress', true],
	['Processing timed out', false],
	['No generation endpoint', false],
	['Please generate a new one', false],
	['Failed to fetch the generated image', false],
	['Up to 10 requests per minute', false],
	['record is null', false],
	[null, false],
])('%j says that a 1080p version is being made: %p', (text, expected) => {
	expect(saysProcessing(text)).toBe(expected);
});

test.each<[string | null, boolean]>([
	['Made by the fallback model', true],
	['Only 16:9 is supported', true],
	['The aspect-ratio is wrong', true],
	['1080p is not supported', true],
	['Unsupported video', true],
	['The index is out of range', true],
	['Invalid index', true],
	['This video cannot be upgraded', true],
	["This video can't be upgraded yet", false],
	['The 16:9 video is being processed', false],
	['Only 16:9 is supported, please try again later', true],
	['record is null', true],
	['Please wait', false],
	[null, false],
])('%j says that there will be no 1080p version: %p', (text, expected) => {
	expect(saysNotUpgradable(text)).toBe(expected);
});

describe('a text says that the prompt or an image was refused:', () => {
	test.each([
		'Your prompt was flagged by Website as violating content policies.',
		'Only English PROMPTS are currently supported',
		'Failed to fetch the image. Kindly verify any access limits set by you or your service provider.',
		'public error unsafe image upload',
		'Your prompt was rejected. Please change it and try again.',
		'Error processing your prompt: it violates our policies.',
		'Processing failed, as the image file is too large',
		'The image is not supported. Try again with another one.',
		'Please rephrase your prompt and try again',
		'The image format is not accepted',
		'imageUrls is invalid',
		'IMAGE_URLS must have one entry',
		'imageUrl[0] could not be loaded',
		'image_url could not be loaded',
		'promptText is too long',
		'Ваш промт нарушает правила',
		'Промпт пуст',
		'Текст запроса нарушает правила',
		'Текст вашего запроса слишком длинный',
		'Ошибка обработки промпта: он нарушает правила',
		'Изображение отклонено, попробуйте другое',
		'Изображение не принято',
		'No task was created, because your prompt was flagged.',
		'The task was not created: the prompt violates our policies',
		'Задача не создана: промпт нарушает правила',
	])('%s', (text) => {
		expect(saysContentRefused(text)).toBe(true);
	});

	test.each([
		null,
		'Bad request',
		'Could not be promptly confirmed',
		'Imaging and photonics failed',
		'Please change it and try again',
	])('but not %j, which is not about them', (text) => {
		expect(saysContentRefused(text)).toBe(false);
	});

	test.each([
		'Failed to fetch the image, try again later',
		'The image is in the queue, try again later',
		'Service busy while processing image',
		'The image service is overloaded',
		'Image service unavailable',
		'The image is temporarily unavailable',
		'Timeout while fetching the image',
		'The check of prompts timed out',
		'Internal error while reading image_url',
		'Unknown error with your prompt',
		'Error processing your prompt',
		'Task accepted, although the prompt violates our policies',
		'Queued. Your prompt was flagged.',
		'Task created, but your prompt was flagged.',
		'The task has been submitted. The image is too large.',
		'Server error while checking the prompt',
		'Network error while reading the image',
		'Unexpected error: prompt',
		'The connection was lost while the image was read',
		'Could not check whether the prompt violates our policies, try again',
		'Try again if your prompt was rejected',
		'Не удалось загрузить изображение, попробуйте позже',
		'Время ожидания изображения истекло',
		'Внутренняя ошибка: изображение',
		'Задача с вашим промптом принята',
		'Задача уже создана, но промпт нарушает правила',
		'Ошибка сервера при проверке промпта',
		'Соединение прервано, изображение не загружено',
		'Не удалось проверить, нарушает ли промпт правила. Повторите запрос.',
	])('but not %j, as the server may have failed', (text) => {
		expect(saysContentRefused(text)).toBe(false);
	});
});
