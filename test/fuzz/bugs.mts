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
	'veo/polling/waitFor.ts': {
		'a final state does not end the wait': [
			'isFinal(result.value) ?',
			'isFinal(result.value) && stats.lookups > 1 ?',
		],
		'the last lookup is an interval too late': ['graceEnd, deadline)', 'graceEnd)'],
		'the last lookup is an interval too early': [
			'>= deadline',
			'>= deadline - schedule.intervalMs',
		],
		'a known task is given up for a 404': ['(isKnown || isCreated)', '(isCreated)'],
		'a task that the node has created is given up for a 404': [
			'(isKnown || isCreated)',
			'(isKnown)',
		],
		'an unknown task is given up after half a minute': ['= 90_000', '= 30_000'],
		'a success without videos is waited for by the date': [
			'clock.now() + sinceEpoch',
			'clock.date()',
		],
		'a wait that is resumed after its deadline makes no lookup': [
			'schedule.timeoutMs, clock.now()',
			'schedule.timeoutMs, -Infinity',
		],
	},
	'veo/polling/parkedSchedule.ts': {
		'a parked wait ignores its initial delay and interval': [
			'Math.max(dueAt, earliest)',
			'earliest',
		],
	},
	'veo/polling/parkBarrier.ts': {
		'a parked task that is due waits for the others': ['until - this.clock.now()', '86_400_000'],
	},
	'veo/task/task.ts': {
		'a success without videos is passed on': ['videos.length > 0', 'true'],
		'a success with other videos than its results is held back': [
			', ...originUrls, ...fullResultUrls]',
			']',
		],
		'an unknown status counts as success': ["?? 'unknown'", "?? 'succeeded'"],
		'a 400 without a record is not a failed task': ["400: 'failed'", "400: 'generating'"],
		'successFlag 3 is unknown': ["'failed', 'failed']", "'failed']"],
	},
	'veo/api/client.ts': {
		'a request that started late has its whole timeout': ['expiresAt - startedAt', 'Infinity'],
		'a lookup is retried once too often': ['attempts > this', 'attempts - 1 > this'],
		'a lookup is retried once too rarely': ['attempts > this', 'attempts + 1 > this'],
		"a gateway's 401 counts at once": [' && lastCode === 401', ''],
		"a gateway's 401 never counts": ['isRepeated ?', 'false ?'],
		'a lookup does not free its slot': ['limiter.release(clock.now() - startedAt);', ''],
	},
	'veo/api/envelope.ts': {
		'the HTTP status is ignored if there is a body': [
			'(isSuccess ? 200 : status) : code',
			'200 : code',
		],
		"a gateway's page is believed": ['!isOfApi', 'false'],
		'a record as JSON text is ignored': ['toObject(body.data) ??', ''],
		'a record without a code is ignored': [' || holdsValue({ ...body, data })', ''],
		'missing credits are not recognized by their text': ['saysNoCredits(message)', 'false'],
		'a success under an error status is believed': ['?? contradiction(envelope)', ''],
		'the code in the body is ignored': ['code = toNumber(body.code)', 'code = null'],
	},
	'veo/api/endpoints/recordInfo.ts': {
		'a record under an error code is ignored': ['isRecord(data) ||', ''],
		'400 and 451 of a lookup are errors': ['code === 400 || code === 451 ||', ''],
		'the documented texts of 422 are unknown': ['saysGenerating(message)', 'saysGenerating(null)'],
	},
	'veo/api/endpoints/creation.ts': {
		'a creation is repeated after a time-out': ['neverSent === true ||', 'code === null ||'],
		'a refusal that carries a task ID is believed': [
			'if (taskId === null) {',
			'if (envelope.code !== 200) return parseRefusal(envelope, null);\n\tif (taskId === null) {',
		],
		'the ID of the task to extend is taken for the new one': [
			'find((taskId) => taskId !== extendedId)',
			'find(() => true)',
		],
		'a creation is not tried again after a 429': [
			'(code !== null && REFUSED_FOR_NOW.includes(code))',
			'false',
		],
		'a certain refusal leaves a creation uncertain': ['REFUSALS = [404, 422,', 'REFUSALS = [404,'],
		'any 400 refuses a creation': [
			'includes(code) && saysContentRefused(message)',
			'includes(code)',
		],
		'an error status around a success refuses a creation': ['contradicts !== null', 'false'],
	},
	'veo/api/endpoints/get1080pVideo.ts': {
		'a 1080p version under an error code is ignored': [
			'value.isFinal ? null',
			'value.isFinal && envelope.code === 200 ? null',
		],
		'a 1080p version that is being made is an error': [
			'NOT_READY.includes(code) ||',
			'NOT_READY.includes(code) &&',
		],
		'a refused 1080p version is waited for': ['if (isRefused) return', 'if (false) return'],
		'an error of a 1080p version that says to try again later is waited for': [
			'if (isKnownError(code)) return',
			'if (isKnownError(code) && !saysProcessing(message)) return',
		],
	},
	'veo/task/origin.ts': {
		'a callback for a task with another prompt is believed': [
			"if (prompts === 'other') return false;",
			'',
		],
	},
	'veo/task/upgrade.ts': {
		'the 1080p version of a video that is not 16:9 is requested': [
			"if (task.canUpgradeTo1080p === false) return 'aspectRatio';",
			'',
		],
		'a link of a 1080p version with blanks around it is ignored': ['.map(trimInvisible)', ''],
		'the 1080p version of a video that does not exist is requested': [
			'videoIndex >= count',
			'videoIndex > 100',
		],
	},
	'veo/api/apiTexts.ts': {
		'a task that is too old is looked for': [String.raw`/\b14 `, String.raw`/\b15 `],
		'a text about credits in an image means missing credits': ['${MONEY}${END}', '${MONEY}'],
	},
	'veo/api/statusCodes.ts': {
		'a video that is not ready yet is given up': ['[202, 425]', '[425]'],
	},
	'veo/limits/requestLimiter.ts': {
		'one request too many is in flight': ['this.active < this', 'this.active <= this'],
		'a pause without end holds a request without a deadline': [
			'this.throttle.pausedUntilFor(deadline)',
			'this.throttle.pausedUntil',
		],
	},
	'veo/download/videoResponse.ts': {
		'a video is put together from two files': ['!isSameRest(file, current)', 'false'],
		'a file that is sent from its start again is appended': ['skip: received,', 'skip: 0,'],
		'a rejected video request is retried': [
			'transientReason(status)',
			"status >= 402 ? 'busy' : null",
		],
	},
	'veo/download/videoDownload.ts': {
		'a truncated video is stored': ['expected !== null && reached < expected', 'false'],
		'only a known length is compared with Max Download Size': [
			'this.received > this',
			'NaN > this',
		],
		'a short part counts as an attempt': [
			"if (reached === partEnd && reached !== length) return { kind: 'nextPart' };",
			'',
		],
		'an error page is stored as a video': ['isPage(contentType, this.start)', 'false'],
		'a part of a file of unknown length is stored': ['reached !== length', 'length !== null'],
		'a download that can not be resumed is given up': [
			"return { kind: 'restart', attempts };",
			"return { kind: 'rejected', code: 0 };",
		],
		'the Retry-After of a video host is ignored': ['retryAfterMs, random)', 'null, random)'],
		'a video is retried once too often': ['attempts > this', 'attempts - 1 > this'],
	},
	'veo/download/videoRequest.ts': {
		'a video host may be idle for twice the timeout': ['+ this.idle', '+ 2 * this.idle'],
		'the Stop button does not end a download': [
			'linkAbort(ports.signal)',
			'linkAbort(new AbortController().signal)',
		],
	},
	'veo/httpUrl.ts': {
		'links of any protocol are followed': ['/^https?:/.test(', '/:/.test('],
	},
	'veo/download/fileName.ts': {
		'all videos of a task have the same name': ["index === 0 ? '' :", "index >= 0 ? '' :"],
		'a file name can be a path': [String.raw`.replace(/[<>:"/\\|?*]/g, '_')`, ''],
	},
	'veo/onAbort.ts': {
		'the listener of the cancel signal stays': ['shared.callbacks.size === 0', 'false'],
	},
	'n8n/http.ts': {
		'a body of any size is read': ['size > MAX_BODY_BYTES', 'false'],
		'a body that breaks off is used as it is': [
			'as unknown as NodeStream, finished)',
			`as unknown as NodeStream, finished).catch(() => '{"code":200,"data":{}}')`,
		],
		'the request timeout does not end the reading of a body': ['finished.dispose();', ''],
		'redirects are followed': ['disableFollowRedirect: true', 'disableFollowRedirect: false'],
		'a token is shown on an item': ['redactAddresses(redactKey(text))', 'redactKey(text)'],
		'the key is shown on an item': ['redactAddresses(redactKey(text))', 'redactAddresses(text)'],
	},
	'n8n/creationNotes.ts': {
		'a note is lost on Retry': [
			'(this.nodeContext[CONTEXT_KEY] ??= {})',
			'({ ...(this.nodeContext[CONTEXT_KEY] as object) })',
		],
		'the turns of a loop share their tasks': ['return `${this.run}:', 'return `'],
		'another prompt is not another request': [':${digest(request)}', ''],
	},
	'n8n/waking.ts': {
		'a run is delivered twice by two callbacks': [
			"return 'getWorkflowSettings' in context && 'isNodeFeatureEnabled' in context;",
			'return true;',
		],
		'the callback of a creation has no token': ['url.searchParams.set(TOKEN, token);', ''],
	},
	'n8n/parking.ts': {
		"a retry in n8n's old execution order loses items": [
			'if (returnedEntry !== null) delete',
			'delete',
		],
	},
	'n8n/networkError.ts': {
		'a wrong certificate is tried again': [' || PERMANENT.test(codeOf(cause))', ''],
		"n8n's guard is asked again": ['GUARD.test(nameOf(cause)) ||', ''],
	},
	'n8n/videoHost.ts': {
		'the key is sent to the video host': [
			"Accept: '*/*',",
			"Accept: '*/*', Key: (await this.context.getCredentials('apikleyApi')).apiKey,",
		],
	},
	'n8n/downloader.ts': {
		'downloads do not wait for their turn': [
			"(await this.limiter.acquire(times)) !== 'granted'",
			'false',
		],
		'a download does not free its slot': ['this.limiter.release();', ''],
		'the attempts before a restart are forgotten': ['({ attempts } = result);', ''],
		'the type that a video host sends is ignored': ['opened.file.contentType', 'null'],
	},
	'output/outputData.ts': {
		'an item that failed is lost': ["outcome.kind === 'aborted'", "outcome.kind !== 'task'"],
		'items are linked to the previous input': [
			'item: itemIndex',
			'item: Math.max(0, itemIndex - 1)',
		],
		'a video that failed discards the others': [
			'...(task?.binary !== undefined',
			"...(outcome.kind === 'task' && task?.binary !== undefined",
		],
		'a task that succeeded goes to Failed without its video': [
			'return outcome.problem.retryable',
			'return outcome.task === null && outcome.problem.retryable',
		],
		'retryable problems go to Failed': ["retryable ? 'Pending'", "retryable ? 'Failed'"],
		'n8n puts the error output out of order': [
			"onError === 'continueErrorOutput') return",
			'false) return',
		],
		'items are output in the wrong order': ['outputs[output]?.push(', 'outputs[output]?.unshift('],
	},
	'output/outcome.ts': {
		'a parked run without the credential passes on tasks without their videos': [
			'hasSucceeded && request.download !== null && binary === undefined',
			'false',
		],
		'If a Task Failed: Throw an Error is ignored': ["onTaskFailed === 'error'", 'false'],
		'a known task goes to Failed': [' || isKnown || creation', ' || creation'],
		'a task without one of its videos loses its item': [
			'toProblem(problem, task)',
			'toProblem(problem)',
		],
	},
	'output/binary.ts': {
		'a video takes the number of one that failed': [
			'results.flatMap(',
			"results.filter(({ kind }) => kind === 'stored').flatMap(",
		],
		'items share the object of a video': ['{ ...result.binary }', 'result.binary'],
	},
	'errors/creationProblems.ts': {
		'an uncertain creation leaves on Failed': [
			'...retryable(\n\t\t\tUNCERTAIN_CODE',
			'...final(\n\t\t\tUNCERTAIN_CODE',
		],
	},
	'errors/lookupProblems.ts': {
		'a task that the node has created goes to Failed': [
			'{ ...withCreatedAdvice(problem), retryable: true }',
			'withCreatedAdvice(problem)',
		],
		'an error that says nothing of the task goes to Failed': [
			"case 'rejected':\n\t\t\treturn retryable(",
			"case 'rejected':\n\t\t\treturn final(",
		],
	},
	'parameters/taskRequest.ts': {
		'a failed task is an error by status too': ["if (byStatus) return 'output';", ''],
	},
	'errors/problem.ts': {
		'missing credits do not end the creations': [
			"case 'noCredits':\n\t\t\treturn true;",
			"\t\t\treturn true;\n\t\tcase 'noCredits':\n\t\t\treturn false;",
		],
	},
	'execution/create.ts': {
		'Max Videos does not count earlier runs': ['notes.count + wanted <=', 'wanted <='],
		'what a stopped attempt may have created is created again': [
			"begun.has(named.get(itemIndex)?.name ?? '')",
			'false',
		],
		'what was refused is not created by a retry': ['await releaseCreations(claimed, unused);', ''],
		'the error of one item hides the tasks of the others': [
			'withOtherTasks(problem, notes.createdTaskIds, uncertain)',
			'withOtherTasks(problem, [], uncertain)',
		],
	},
	'execution/claimNumbers.ts': {
		'a turn of a loop meets the claims of the one before': [
			'while (all.has(`${number}:${fingerprint}`)) number += 1;',
			'',
		],
	},
	'execution/claimedCreations.ts': {
		'the claims of a creation are forgotten': [
			'notes.setClaims(creation.name, old.length === 0 ? creation.claims : old);',
			'notes.setClaims(creation.name, null);',
		],
	},
	'execution/creationStage.ts': {
		'creations do not stop after one that no other can do better': [
			'this.stop ??= problem;\n\t\tthis.ending.dispose();',
			'',
		],
		'a creation is not noted before it is sent': [
			"creations.notes.set(name, { kind: 'sent', token });",
			'',
		],
		'an uncertain creation is not waited for': ['if (!wakes ||', 'if (true ||'],
		'an uncertain creation is waited for twice as long': [
			'clock.date() + options.wait.schedule.timeoutMs',
			'clock.date() + 2 * options.wait.schedule.timeoutMs',
		],
	},
	'execution/uncertain.ts': {
		'a callback of an uncertain creation is not followed': ['token === item.token', 'false'],
		'the task that a callback names is not noted': [
			'session.creations.onCreated(item.name, own.job.taskId);',
			'',
		],
	},
	'execution/execute.ts': {
		'an exception leaves the node although On Error continues': [
			"if (onError !== 'stopWorkflow') return failAll",
			'if (false) return failAll',
		],
		'an exception loses what was done': ['run === null\n', 'true\n'],
	},
	'execution/session.ts': {
		'a missing credential is an unexpected error': ['return error as Error;', 'throw error;'],
	},
	'execution/failPending.ts': {
		'a parked run without the credential loses its results': [' || !isPending(outcome)', ''],
	},
	'execution/download.ts': {
		'an expired link is not looked up again': ["result.failure.kind !== 'linkExpired'", 'true'],
		'each video looks its task up for fresh links': ['lookup ??=', 'lookup ='],
		'the link that has expired is requested again': [
			'(await freshTask())?.[videoSource][position]',
			'(await freshTask()) && url',
		],
	},
	'execution/plan.ts': {
		'only the first of the items with the same task is output': [
			'indexes.get(key) ??',
			'indexes.has(key) ? jobs.length :',
		],
	},
	'execution/savedRun.ts': {
		'a callback for any task wakes a run': ['job.taskId === taskId &&', ''],
		'parking forgets the last known state of a task': [
			'lastValue: mapLast(state.wait.lastValue)',
			'lastValue: null',
		],
		'parking loses an item': [
			'...run, states }',
			'...run, states, plan: { ...run.plan, items: run.plan.items.slice(0, 2) } }',
		],
	},
	'execution/lookup.ts': {
		'a callback is believed without a lookup': [
			'for (const delayMs of RECORD_LAG_DELAYS_MS) {',
			"const { parseTask } = require('../veo/task/task');\n\tconst value = parseTask({ successFlag: 1, response: { fullResultUrls: ['x'] } });\n\treturn done({ kind: 'found', value, stats: { lookups: 0, waitedMs: 0 } });\n\tfor (const delayMs of RECORD_LAG_DELAYS_MS) {",
		],
		'a task whose 1080p version was requested goes to Failed': [
			'(target.videoIndex ?? null) !== null',
			'false',
		],
		'a callback extends the timeout': [
			'...current, dueAt }',
			'...current, startedAt: dueAt, dueAt }',
		],
	},
	'execution/advance.ts': {
		'a 1080p version is requested whatever the record says': ['await checkUpgrade(job)', 'null'],
		'the wait for a 1080p version depends on the date': [
			'const startDate = () => startedAt + clock.date() - clock.now();',
			'const startedOn = clock.date();\n\tconst startDate = () => startedOn;',
		],
		'Download does not wait for the videos of a success': [
			'job.videoSource === null ? getStatus : getCompleteStatus',
			'getStatus',
		],
		'a run that can be parked downloads no videos': [
			'await downloadAll(session, result, failFast)',
			'result',
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
