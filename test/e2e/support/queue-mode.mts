import { findQueuePrograms, type QueuePrograms } from '../../n8n-harness/queue/programs.mjs';

/** A test that needs Redis and PostgreSQL. Without them it is left out, but not unnoticed: in CI it fails. */
export function testInQueueMode(
	name: string,
	work: (programs: QueuePrograms) => Promise<void>,
	patienceMs: number,
): void {
	const programs = findQueuePrograms();
	const missing = 'missing' in programs ? `Not found: ${programs.missing.join(', ')}` : null;
	if (missing !== null) console.warn(`${missing}. Left out: ${name}`);
	const isLeftOut = missing !== null && process.env.CI !== 'true';
	(isLeftOut ? test.skip : test)(
		name,
		async () => {
			if ('missing' in programs) throw new Error(missing ?? '');
			await work(programs);
		},
		patienceMs,
	);
}
