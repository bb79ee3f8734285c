import {
	notUpgradable,
	upgradeTimedOut,
} from '../../../../nodes/ApikleyVeo/errors/upgradeProblems';
import {
	findUpgradeObstacle,
	hasSucceededAnyway,
} from '../../../../nodes/ApikleyVeo/veo/task/upgrade';
import type { UpgradeObstacle } from '../../../../nodes/ApikleyVeo/veo/task/upgrade';
import { record, task } from '../../support/records';

const PORTRAIT = { paramJson: '{"aspectRatio":"9:16"}' };

test.each<[string, Parameters<typeof record>[0], number, UpgradeObstacle | null]>([
	['succeeded', {}, 0, null],
	['failed', { successFlag: 2 }, 0, 'failed'],
	['is generating', { successFlag: 0 }, 0, 'notComplete'],
	['has an unknown status', { successFlag: 9 }, 0, 'notComplete'],
	['was made by the fallback model', { fallbackFlag: true }, 0, 'fallback'],
	['is in 9:16', PORTRAIT, 0, 'aspectRatio'],
	['has no video of this index', {}, 1, 'noSuchVideo'],
	['names no video', { response: {} }, 9, null],
])('a task that %s: %j, %i -> %s', (_, fields, videoIndex, obstacle) => {
	expect(findUpgradeObstacle(task(fields), videoIndex)).toBe(obstacle);
});

test.each<[UpgradeObstacle, boolean]>([
	['failed', false],
	['notComplete', false],
	['fallback', true],
	['aspectRatio', true],
	['noSuchVideo', true],
])('a task with the obstacle "%s" has succeeded: %p', (obstacle, expected) => {
	expect(hasSucceededAnyway(obstacle)).toBe(expected);
});

test.each<[UpgradeObstacle, boolean]>([
	['failed', false],
	['notComplete', true],
	['fallback', true],
	['aspectRatio', true],
	['noSuchVideo', true],
])('the obstacle "%s" is a problem of the task', (obstacle, retryable) => {
	const problem = notUpgradable('veo_1', 3, obstacle);
	expect(problem).toMatchObject({ taskId: 'veo_1', code: 'NOT_UPGRADABLE', retryable });
	expect(problem.message).toContain('veo_1');
});

test('a wait for a 1080p version that timed out may continue', () => {
	const stats = { lookups: 3, waitedMs: 600_000 };
	const problem = upgradeTimedOut('veo_1', { lastError: 'server error 503', stats });
	expect(problem).toMatchObject({ taskId: 'veo_1', code: 'WAIT_TIMED_OUT', retryable: true });
	expect(problem.message).toContain('server error 503');
});
