/** What must hold of a scenario as a whole, whatever happens in it. */
import { CREDENTIAL } from '../unit/support/fakeContext';
import type { RunTrace, ScenarioTrace } from './trace.mjs';

/** Returns how a scenario violates it. */
export type ScenarioInvariant = (scenarioTrace: ScenarioTrace) => readonly string[];

const hasEnded: ScenarioInvariant = ({ ending }) => (ending === 'done' ? [] : [`it is ${ending}`]);

const leavesNothingBehind: ScenarioInvariant = ({ leftovers, isKilled }) =>
	Object.entries(isKilled ? { rejections: leftovers.rejections } : leftovers)
		.filter(([, left]) => (Array.isArray(left) ? left.length > 0 : left !== 0))
		.map(([what, left]) => `${what} left: ${String(left)}`);

const staysWithinMaxConcurrency: ScenarioInvariant = ({
	maxInFlight: { api, videos },
	scenario,
}) => {
	const limit = scenario.options.maxConcurrency;
	return [
		...(api > limit ? [`${api} requests at once`] : []),
		...(videos > limit ? [`${videos} downloads at once`] : []),
	];
};

const API =
	/^https:\/\/api\.example\.com\/api\/v1\/veo\/(record-info|get-1080p-video)\?taskId=task%2F/;
const CREATIONS = /^https:\/\/api\.example\.com\/api\/v1\/veo\/(generate|extend)$/;

const sendsTheKeyOnlyToTheApi: ScenarioInvariant = ({ exchanges, creations }) =>
	[...exchanges, ...creations]
		.filter(
			({ options: { method, url, disableFollowRedirect } }) =>
				!(method === 'POST' ? CREATIONS : API).test(url) || disableFollowRedirect !== true,
		)
		.map(({ options }) => `sent the key to ${options.url}`);

const requestsOnlyVideosOfRecords: ScenarioInvariant = ({ unknownUrls }) =>
	unknownUrls.map((url) => `requested ${url}`);

/** The key, and what resumes an execution: n8n's signature and the token of a creation. */
const showsNoSecret: ScenarioInvariant = ({ runs, creations }) => {
	const tokens = creations.flatMap(({ token }) => (token === null ? [] : [token]));
	const secrets = [CREDENTIAL.apiKey, 'secret-of-n8n', ...tokens];
	return runs.flatMap((run) => {
		const shown = textsOf(run);
		return secrets.filter((secret) => shown.includes(secret)).map((secret) => `shows ${secret}`);
	});
};

/** All that a user or a later node can read. */
function textsOf({ outputs, error, hints }: RunTrace): string {
	const errors = [error, ...(outputs ?? []).flat().map((item) => item.error)];
	const texts = errors.map((each) => {
		const { message, description } = (each ?? {}) as { message?: string; description?: string };
		return `${message} ${description} ${JSON.stringify(each)}`;
	});
	return [JSON.stringify(outputs), ...texts, ...hints].join('\n');
}

export const SCENARIO_INVARIANTS: readonly ScenarioInvariant[] = [
	hasEnded,
	leavesNothingBehind,
	staysWithinMaxConcurrency,
	sendsTheKeyOnlyToTheApi,
	requestsOnlyVideosOfRecords,
	showsNoSecret,
];
