/** One request that creates a task, and what the server makes of it. */
import type { IHttpRequestOptions } from 'n8n-workflow';

import type { Round } from '../trace.mjs';
import { creationMeaningOf, mayExist, type CreationMeaning } from './model.mjs';
import type { ScriptedCreation } from './scenario.mjs';

export interface Creation {
	readonly round: Round;
	readonly itemIndex: number;
	readonly body: Readonly<Record<string, unknown>>;
	readonly options: IHttpRequestOptions;
	readonly startedAt: number;
	endedAt: number;
	/** The task that the server has created, whatever its response says; null if there is none. */
	readonly taskId: string | null;
	/** By which its callback can be recognized; null if it has no callback that resumes the run. */
	readonly token: string | null;
	/** What the response means to the client; null until it has received all of it. */
	meaning: CreationMeaning | null;
}

/** Different for each item, and for each edition of the workflow. */
export function promptFor(itemIndex: number, edition: number): string {
	return `Item ${itemIndex}, edition ${edition}`;
}

export function itemIndexIn(prompt: unknown): number {
	return Number(/^Item (\d+),/.exec(String(prompt))?.[1]);
}

/** Whether the server creates a task. */
export function isAccepted({ delivery, isAccepted }: ScriptedCreation): boolean {
	const meaning = creationMeaningOf(delivery.response);
	return meaning.kind === 'created' || (mayExist(meaning) && isAccepted);
}

/** Where n8n takes calls for the parked execution. Anyone who knows the signature can resume it. */
export const RESUME_URLS = {
	public: 'https://n8n.example.com/webhook-waiting/7?signature=secret-of-n8n',
	private: 'http://192.168.1.5:5678/webhook-waiting/7?signature=secret-of-n8n',
};

/** Returns the token in the address that resumes the run; null for any other address. */
export function tokenIn(callBackUrl: unknown): string | null {
	const url = String(callBackUrl);
	if (!url.startsWith('https://n8n.example.com/webhook-waiting/7/apikley-veo?')) return null;
	return new URL(url).searchParams.get('creation');
}
