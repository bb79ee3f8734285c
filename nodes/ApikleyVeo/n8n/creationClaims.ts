import type { IExecuteFunctions } from 'n8n-workflow';

import { digest } from './digest';
import { Mutex } from './mutex';
import { withList } from './processedList';

/**
 * The oldest entries of a list are dropped. An execution whose first ones are dropped would pay for all of its creations
 * again in a retry: a creation has one or two.
 */
const MAX_ENTRIES = 10_000;

/**
 * Remembers in n8n's database which creations have begun, before they are sent. The notes alone can't do that: n8n saves
 * them with the execution, and of one that is stopped or crashes while it runs it only has what was saved before, often
 * nothing but the trigger's data. A retry starts from there. An execution and all of its retries have the same resume token,
 * so none of them creates what another one has claimed. In an n8n without these tokens, this only holds for the execution
 * itself, which n8n may run twice. A claim doesn't hold the ID of the task.
 */
export class CreationClaims {
	/** Of the execution and, where n8n has resume tokens, of its retries. Null if nothing can be claimed. */
	private readonly token: string | null;

	constructor(private readonly context: IExecuteFunctions) {
		this.token = resumeToken(context) ?? (context.getExecutionId() || null);
	}

	/** Claims creations, and resolves with those that were claimed before. Never rejects. */
	async claim(names: readonly string[]): Promise<ReadonlySet<string>> {
		const options = { mode: 'entries', maxEntries: Math.max(MAX_ENTRIES, names.length) } as const;
		const entries = new Map(names.map((name) => [this.entryOf(name), name]));
		const result = await this.inList(entries, async (list) => {
			return await this.context.helpers.checkProcessedAndRecord(list, 'node', options);
		});
		const claimed = (result?.processed ?? []).map((entry) => entries.get(String(entry)) ?? '');
		return new Set(claimed);
	}

	/** Gives up the claims of creations that certainly made no task. Never rejects. */
	async release(names: readonly string[]): Promise<void> {
		const entries = new Map(names.map((name) => [this.entryOf(name), name]));
		await this.inList(entries, async (list) => {
			await this.context.helpers.removeProcessed(list, 'node', { mode: 'entries' });
		});
	}

	private entryOf(name: string): string {
		const node = this.context.getNode();
		// The name may be another one in a retry with the current workflow. Some workflows have no IDs.
		return digest([this.token, node.id || node.name, name]);
	}

	private async inList<T>(
		entries: ReadonlyMap<string, string>,
		use: (list: string[]) => Promise<T>,
	): Promise<T | null> {
		const { context, token } = this;
		if (token === null || entries.size === 0) return null;
		const tryOnce = async () =>
			await withList(context, listIdFor(token), async () => await use([...entries.keys()]));
		// The first attempt fails if another process creates the list at the same moment
		return await mutex.runExclusive(async () => await tryOnce().catch(tryOnce)).catch(() => null);
	}
}

/** It is part of the address at which a parked execution can be resumed. */
function resumeToken(context: IExecuteFunctions): string | null {
	const resumeUrl = context.evaluateExpression('{{ $execution.resumeUrl }}', 0);
	if (typeof resumeUrl !== 'string' || !URL.canParse(resumeUrl)) return null;
	return new URL(resumeUrl).searchParams.get('signature');
}

/** n8n reads and writes a whole list for each change, so the creations of a workflow are spread over 64 of them. */
function listIdFor(token: string): string {
	return `apikley-creations/${digest(token).charAt(0)}`;
}

/** n8n reads a list, changes it and writes it back, so two changes at once would lose one of them. */
const mutex = new Mutex();
