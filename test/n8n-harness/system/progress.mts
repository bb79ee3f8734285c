/** Reports on a long step: what it does, and how it ended. */
export type Progress = <T>(what: string, work: () => Promise<T>) => Promise<T>;

const TTY_INTERVAL_MS = 1_000;
const PLAIN_INTERVAL_MS = 15_000;

/** Reports nothing, for tests: jest owns the terminal. */
export const silent: Progress = async (_what, work) => await work();

/**
 * Writes to stderr, so that stdout only has results. On a terminal that is one line which counts the seconds, in a log
 * a line at the start, every 15 s and at the end. Errors of the work pass through.
 */
export const shownOnTerminal: Progress = async (what, work) => {
	const startedAt = Date.now();
	const seconds = () => `${Math.round((Date.now() - startedAt) / 1000)} s`;
	const { isTTY } = process.stderr;
	const line = (text: string) => process.stderr.write(isTTY ? `\r\u001b[K${text}` : `${text}\n`);
	line(`${what} …`);
	const timer = setInterval(
		() => line(`${what} … ${seconds()}`),
		isTTY ? TTY_INTERVAL_MS : PLAIN_INTERVAL_MS,
	);
	try {
		const result = await work();
		line(`${what}: done in ${seconds()}`);
		return result;
	} catch (error) {
		line(`${what}: failed after ${seconds()}`);
		throw error;
	} finally {
		clearInterval(timer);
		if (isTTY) process.stderr.write('\n');
	}
};
