/** Known bugs, to prove that the fuzz run finds such bugs. Each replaces one piece of the node's source. */

export interface Bug {
	readonly name: string;
	/** In the package's folder. */
	readonly file: string;
	/** Must occur exactly once in the file. */
	readonly find: string;
	readonly replace: string;
}

/** By file in nodes/ApikleyVeo and by name: what to find, and what to replace it with. */
const PATCHES: Record<string, Record<string, readonly [find: string, replace: string]>> = {
	'veo/waiting/wait.ts': {
		'a final state does not end the wait': [
			'lookup.task.isFinal ?',
			'lookup.task.isFinal && record.lookups > 1 ?',
		],
		'the last lookup comes one interval after the deadline': [
			'lookups), deadline)',
			'lookups), Infinity)',
		],
		'the wait ends at the lookup before the deadline': [
			'dueAt >= deadline ||',
			'dueAt >= deadline - schedule.intervalMs ||',
		],
		'a wait that is resumed after its deadline makes no lookup': [
			'schedule.timeoutMs, clock.now())',
			'schedule.timeoutMs, -Infinity)',
		],
	},
	'veo/waiting/parkingLot.ts': {
		'a parked task that is due waits for the others': ['until - this.clock.now()', '86_400_000'],
	},
	'veo/task/task.ts': {
		'an unknown status counts as success': ["return 'unknown'", "return 'succeeded'"],
		'successFlag 3 is unknown': ['case 3:', 'case 33:'],
	},
	'veo/api/client.ts': {
		'a request that started late has its whole timeout': ['expiresAt - startedAt', 'Infinity'],
		'a lookup is retried once too often': [
			'attempts > this.limits.maxRetries',
			'attempts > this.limits.maxRetries + 1',
		],
		'a lookup is retried once too rarely': [
			'attempts > this.limits.maxRetries',
			'attempts >= this.limits.maxRetries',
		],
		'a lookup does not free its slot': ['gate.leave();', ''],
	},
	'veo/api/answer.ts': {
		'the HTTP status is ignored if the body has a record': [
			'if (!succeeded)',
			'if (!succeeded && body === null)',
		],
		'the code in the body is ignored': ['code === 200 ?', 'code !== 401 ?'],
	},
	'veo/traffic/gate.ts': {
		'one request too many is in flight': [
			'this.underWay < this.limits.maxConcurrency',
			'this.underWay <= this.limits.maxConcurrency',
		],
	},
	'veo/video/answer.ts': {
		'a video is put together from two files': ['!isRestOf(file, now)', 'false'],
		'a file that is sent from its start again is appended': ['skip: received }', 'skip: 0 }'],
		'a rejected video request is retried': ['status >= 500', 'status >= 402'],
	},
	'veo/video/transfer.ts': {
		'a truncated video is stored': ['length !== null && reached < length', 'false'],
		'Max Download Size only limits videos of known length': [
			'this.received > this.limits.maxDownloadBytes',
			'false',
		],
		'an error page is stored as a video': ['isPage(file.contentType, bytes)', 'false'],
		'the Retry-After of a video host is ignored': [
			'(attempts, retryAfterMs, random)',
			'(attempts, null, random)',
		],
		'a video is retried once too often': [
			'attempts > this.limits.maxRetries',
			'attempts > this.limits.maxRetries + 1',
		],
	},
	'veo/video/connection.ts': {
		'a video host may be silent for twice the timeout': [
			'+ this.patienceMs - now',
			'+ this.patienceMs * 2 - now',
		],
		'links of any protocol are followed': ['/^https?:$/.test(', '/:$/.test('],
		'the Stop button does not end a download': [
			'endingWith(ports.signal)',
			'endingWith(new AbortController().signal)',
		],
	},
	'veo/video/fileName.ts': {
		'a file name can be a path': [String.raw`.replace(/[<>:"/\\|?*]/g, '_')`, ''],
	},
	'n8n/http.ts': {
		'a body of any size is read': ['size > LARGEST_BODY_BYTES', 'false'],
		'a body that breaks off is used as it is': [
			'as unknown as NodeStream, done)',
			`as unknown as NodeStream, done).catch(() => '{"code":200,"data":{}}')`,
		],
		'the request timeout does not end the reading of a body': ['done.end();', ''],
		'redirects are followed': ['disableFollowRedirect: true', 'disableFollowRedirect: false'],
	},
	'n8n/videoHost.ts': {
		'the key is sent to the video host': [
			"Accept: '*/*',",
			"Accept: '*/*', Key: (await this.context.getCredentials('apikleyApi')).apiKey,",
		],
	},
	'n8n/session.ts': {
		'the listener of the cancel signal stays': [
			"cancelled?.removeEventListener('abort', close)",
			'undefined',
		],
	},
	'items/deliver.ts': {
		'an item that failed is lost': [
			"if (outcome.kind === 'aborted')",
			"if (outcome.kind !== 'task')",
		],
		'items are linked to the previous input': [
			'{ item: itemIndex }',
			'{ item: Math.max(0, itemIndex - 1) }',
		],
		'retryable problems go to Failed': [
			"outcome.problem.passes ? 'Still Generating' : 'Failed'",
			"'Failed'",
		],
		'items are output in the wrong order': ['outputs[output]?.push(', 'outputs[output]?.unshift('],
	},
	'items/outcome.ts': {
		'On Task Failed: Error is ignored': ["request.failedTask === 'error'", 'false'],
		'a video that failed discards the others': [
			"{ kind: 'problem', problem, binary }",
			"{ kind: 'problem', problem }",
		],
	},
	'items/video.ts': {
		'a video takes the number of one that failed': [
			'videos.flatMap(',
			"videos.filter(({ kind }) => kind === 'stored').flatMap(",
		],
		'items share the object of a video': ['{ ...video.binary }', 'video.binary'],
	},
	'operations/plan.ts': {
		'only the first of the items with the same task is output': [
			'known.get(key) ?? inquiries.push(inquiry) - 1',
			'(known.has(key) ? inquiries.length : inquiries.push(inquiry) - 1)',
		],
	},
	'operations/download.ts': {
		'downloads do not wait for their turn': ["(await gate.enter(times)) !== 'granted'", 'false'],
		'a download does not free its slot': ['gate.leave();', ''],
		'the type that a video host sends is ignored': ['beginning.file.contentType', 'null'],
	},
	'parking/parkedRun.ts': {
		'parking forgets the last known state of a task': [
			'lastTask: taskOf(progress.lastTask)',
			'lastTask: null',
		],
		'parking loses a task': [
			'run.standings.map(saveStanding)',
			'run.standings.slice(0, 2).map(saveStanding)',
		],
	},
	'parking/goOn.ts': {
		'a resumed run downloads no videos': [
			'await downloadAtEnd(context, session, wentOn, onFailure)',
			'wentOn',
		],
	},
};

export const BUGS: readonly Bug[] = Object.entries(PATCHES).flatMap(([file, patches]) =>
	Object.entries(patches).map(([name, [find, replace]]) => ({
		name,
		file: `nodes/ApikleyVeo/${file}`,
		find,
		replace,
	})),
);
