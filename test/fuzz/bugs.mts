/** Bugs for the campaign to find, as a proof that it can. */
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { VIDEO_BUGS } from './videos/bugs.mjs';

export interface Bug {
	readonly name: string;
	/** Of the built node. */
	readonly file: string;
	readonly from: string;
	readonly to: string;
}

export const BUGS: readonly Bug[] = [
	{
		name: 'a final state does not end the wait',
		file: 'veo/waiting/wait.js',
		from: 'lookup.task.isFinal ?',
		to: 'lookup.task.isFinal && record.lookups > 1 ?',
	},
	{
		name: 'any other status passes for success',
		file: 'veo/task/task.js',
		from: "default:\n            return 'unknown'",
		to: "default:\n            return 'succeeded'",
	},
	{
		name: 'successFlag 3 is unheard of',
		file: 'veo/task/task.js',
		from: 'case 3:',
		to: 'case 33:',
	},
	{
		name: 'the last lookup comes one interval after the deadline',
		file: 'veo/waiting/wait.js',
		from: 'dueAt = Math.min(clock.now() + (0, schedule_1.gapAfter)(schedule, lookups), deadline)',
		to: 'dueAt = clock.now() + (0, schedule_1.gapAfter)(schedule, lookups)',
	},
	{
		name: 'the wait ends at the lookup before the deadline',
		file: 'veo/waiting/wait.js',
		from: 'dueAt >= deadline ||',
		to: 'dueAt >= deadline - schedule.intervalMs ||',
	},
	{
		name: 'a wait gone on with after its deadline has no lookup',
		file: 'veo/waiting/wait.js',
		from: 'Math.max(startedAt + schedule.timeoutMs, clock.now())',
		to: 'startedAt + schedule.timeoutMs',
	},
	{
		name: 'a request whose turn came late has its whole time',
		file: 'veo/api/client.js',
		from: 'expiresAt - startedAt',
		to: 'Infinity',
	},
	{
		name: 'one retry too many',
		file: 'veo/api/client.js',
		from: 'attempts > this.limits.maxRetries',
		to: 'attempts > this.limits.maxRetries + 1',
	},
	{
		name: 'one retry too few',
		file: 'veo/api/client.js',
		from: 'attempts > this.limits.maxRetries',
		to: 'attempts >= this.limits.maxRetries',
	},
	{
		name: 'one request too many at once',
		file: 'veo/traffic/gate.js',
		from: 'this.underWay < this.limits.maxConcurrency',
		to: 'this.underWay <= this.limits.maxConcurrency',
	},
	{
		name: 'a place is not given back',
		file: 'veo/api/client.js',
		from: 'gate.leave();',
		to: '',
	},
	{
		name: 'an item that failed is lost',
		file: 'items/deliver.js',
		from: "if (outcome.kind === 'aborted')",
		to: "if (outcome.kind !== 'task')",
	},
	{
		name: 'items are linked to the one before',
		file: 'items/deliver.js',
		from: '{ item: itemIndex }',
		to: '{ item: Math.max(0, itemIndex - 1) }',
	},
	{
		name: 'what passes goes to Failed',
		file: 'items/deliver.js',
		from: "outcome.problem.passes ? 'Still Generating' : 'Failed'",
		to: "'Failed'",
	},
	{
		name: 'items leave in the order in which they were answered',
		file: 'items/deliver.js',
		from: 'outputs[output]?.push(',
		to: 'outputs[output]?.unshift(',
	},
	{
		name: 'the HTTP status does not count where the body has a record',
		file: 'veo/api/answer.js',
		from: 'if (!succeeded)',
		to: 'if (!succeeded && body === null)',
	},
	{
		name: 'the body code does not count',
		file: 'veo/api/answer.js',
		from: 'code === 200 ?',
		to: 'code !== 401 ?',
	},
	{
		name: 'a body of any size is read',
		file: 'n8n/http.js',
		from: 'size > LARGEST_BODY_BYTES',
		to: 'false',
	},
	{
		name: 'a body that breaks off is taken as it is',
		file: 'n8n/http.js',
		from: 'const body = await readBody(response.body, done);',
		to: 'const body = await readBody(response.body, done).catch(() => \'{"code":200,"data":{}}\');',
	},
	{
		name: 'the request timeout does not end the reading of a body',
		file: 'n8n/http.js',
		from: 'done.end();',
		to: '',
	},
	{
		name: 'the cancel listener stays',
		file: 'n8n/session.js',
		from: 'cancelled?.removeEventListener',
		to: 'cancelled?.dispatchEvent && (() => {})',
	},
	{
		name: 'a redirect is followed',
		file: 'n8n/http.js',
		from: 'disableFollowRedirect: true',
		to: 'disableFollowRedirect: false',
	},
	{
		name: 'parked, a task forgets what was last known of it',
		file: 'parking/parkedRun.js',
		from: 'lastTask: taskOf(progress.lastTask)',
		to: 'lastTask: null',
	},
	{
		name: 'parked, a task that is due waits for the others',
		file: 'veo/waiting/parkingLot.js',
		from: 'until - this.clock.now()',
		to: '86_400_000',
	},
	{
		name: 'parked, a task is lost',
		file: 'parking/parkedRun.js',
		from: 'run.standings.map(saveStanding)',
		to: 'run.standings.slice(0, 2).map(saveStanding)',
	},
	{
		name: 'a failed task stops nothing',
		file: 'items/outcome.js',
		from: "request.failedTask === 'error'",
		to: 'false',
	},
	{
		name: 'items that ask for the same task: only the first is answered',
		file: 'operations/plan.js',
		from: 'known.get(key) ?? inquiries.push(inquiry) - 1',
		to: '(known.has(key) ? inquiries.length : inquiries.push(inquiry) - 1)',
	},
	...VIDEO_BUGS,
];

/** A copy of the built node that has the bug. Beside the packages, as it loads some of them. */
export async function buildWith({ name, file, from, to }: Bug): Promise<string> {
	const root = projectRoot();
	const copy = await mkdtemp(path.join(root, 'node_modules', '.campaign-'));
	await cp(path.join(root, 'dist'), copy, { recursive: true });
	const target = path.join(copy, 'nodes', 'ApikleyVeo', file);
	const good = await readFile(target, 'utf8');
	if (!good.includes(from)) throw new Error(`"${name}": ${file} has nothing like ${from}`);
	await writeFile(
		target,
		good.replace(from, () => to),
	);
	return copy;
}
