import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import { isPlainObject, parseJson } from './json.mjs';
import { bytesOf, type HttpResponse } from './response.mjs';

export type LedgerKind = 'generate' | 'extend' | 'upgrade';

/** A request that can cost credits: every creation, and every request for a 1080p video. */
export interface LedgerEntry {
	readonly kind: LedgerKind;
	/** Times are epoch milliseconds of the real clock. */
	readonly receivedAt: number;
	/** Of the Authorization header, without `Bearer`. */
	readonly key: string | null;
	/** The body, parsed if it is JSON, else text. Without a body the path. */
	readonly content: unknown;
	/** The same for the same request, whatever its key and its `callBackUrl`. */
	readonly digest: string;
	/** Whether the server created something, and bills it, whatever its response says. */
	readonly accepted: boolean;
	/** In credits; 0 unless accepted. */
	readonly cost: number;
	/** The created task, or the one that an upgrade is for; null if there is none. */
	readonly taskId: string | null;
	/** What the client was sent; null while the request is open. */
	readonly response: LedgerResponse | null;
}

export interface LedgerResponse {
	readonly endedAt: number;
	/** The HTTP status; null if not even the headers were sent. */
	readonly status: number | null;
	/** The code in the body; null if it has none. */
	readonly code: number | null;
	/** How much of the response was sent before the connection ended. */
	readonly sent: 'all' | 'part' | 'nothing';
}

export interface LedgerFilter {
	kind?: LedgerKind;
	prompt?: string;
	accepted?: boolean;
}

/** What a request bills, and for which task. */
export interface Bill {
	readonly taskId: string;
	readonly cost: number;
}

interface Order {
	readonly kind: LedgerKind;
	readonly headers: IncomingHttpHeaders;
	readonly content: unknown;
	readonly bill: Bill | undefined;
}

/** All requests that can cost credits, in the order of arrival. */
export class Ledger {
	private list: LedgerEntry[] = [];

	/** Returns a function to call at the end of the response. */
	enter({
		kind,
		headers,
		content,
		bill,
	}: Order): (response: Omit<LedgerResponse, 'endedAt'>) => void {
		const entry = {
			kind,
			receivedAt: Date.now(),
			key: headers.authorization?.replace(/^Bearer /, '') ?? null,
			content,
			digest: digestOf(kind, content),
			accepted: bill !== undefined,
			cost: 0,
			taskId: null,
			...bill,
			response: null as LedgerResponse | null,
		};
		this.list.push(entry);
		return (response) => {
			entry.response = { ...response, endedAt: Date.now() };
		};
	}

	entries({ kind, prompt, accepted }: LedgerFilter = {}): LedgerEntry[] {
		const matches = (entry: LedgerEntry) =>
			(kind === undefined || entry.kind === kind) &&
			(prompt === undefined || promptOf(entry) === prompt) &&
			(accepted === undefined || entry.accepted === accepted);
		return this.list.filter(matches).map((entry) => ({ ...entry }));
	}

	clear(): void {
		this.list = [];
	}
}

/**
 * Returns the groups of accepted creations that were paid more than once: those of the same request, or with the same
 * key of another kind (`promptOf`, say).
 */
export function paidTwice(
	entries: readonly LedgerEntry[],
	keyOf: (entry: LedgerEntry) => unknown = ({ digest }) => digest,
): LedgerEntry[][] {
	const groups = new Map<unknown, LedgerEntry[]>();
	for (const entry of entries) {
		if (!entry.accepted || entry.kind === 'upgrade') continue;
		const key = keyOf(entry);
		groups.set(key, [...(groups.get(key) ?? []), entry]);
	}
	return [...groups.values()].filter(({ length }) => length > 1);
}

/** Returns the `code` in the body of a response. */
export function codeOf({ body }: HttpResponse): number | null {
	const content = body.length > 10_000 ? null : parseJson(bytesOf(body));
	return isPlainObject(content) && typeof content.code === 'number' ? content.code : null;
}

export function promptOf({ content }: LedgerEntry): unknown {
	return isPlainObject(content) ? content.prompt : undefined;
}

function digestOf(kind: LedgerKind, content: unknown): string {
	const request = isPlainObject(content) ? sortedFields(content) : content;
	return createHash('sha256')
		.update(JSON.stringify([kind, request]))
		.digest('hex');
}

/** Without the address: each creation can have one of its own. */
function sortedFields({ callBackUrl: _, ...fields }: Record<string, unknown>) {
	return Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
}
