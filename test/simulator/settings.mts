import type { CreationLimit } from './account.mjs';
import type { UnknownForm } from './task-script.mjs';

/** What can be set at the start and changed at any time. */
export interface SimulatorSettings {
	/** Default `test-key`. */
	apiKey: string;
	/** A wrong or missing key: HTTP 401 (default), or HTTP 200 with `code: 401`. Both occur. */
	authRejection: 'http401' | 'code401';
	/** Default `code422`, as recorded. */
	unknownAs: UnknownForm;
	/** Before every response of the API; default 0. */
	responseDelayMs: number;
	/** Whether the log keeps the headers of each request; default true. */
	logHeaders: boolean;
	/**
	 * How the API's own refusals (422, 402, 429) of a creation or an upgrade arrive: HTTP 200 with the code in the body
	 * (default), or the code as the HTTP status too. Both occur.
	 */
	refusalForm: 'code' | 'http';
	/** Creations beyond it get 429. Default null: no limit; `PROVIDER_LIMIT` is the provider's. */
	creationLimit: CreationLimit | null;
	/** The account's balance from now on. Each creation and each upgrade lowers it. */
	credits: number;
	/** In credits. */
	prices: Prices;
	/** The code of a refusal for lack of credits; default 402, but 500 occurs too. */
	noCreditsCode: 402 | 500;
	/** Whether a creation with a field that the API doesn't know gets 422; default false: the field is ignored. */
	refuseUnknownFields: boolean;
	/** Whether reference images may be in 9:16, as the newer pages of the same API say; default false. */
	allowPortraitReference: boolean;
}

export interface Prices {
	veo3_fast: number;
	veo3: number;
	extend: number;
	upgrade: number;
}

export const DEFAULT_SETTINGS: Readonly<SimulatorSettings> = {
	apiKey: 'test-key',
	authRejection: 'http401',
	unknownAs: 'code422',
	responseDelayMs: 0,
	logHeaders: true,
	refusalForm: 'code',
	creationLimit: null,
	credits: 1_000_000.25,
	prices: { veo3_fast: 60, veo3: 250, extend: 60, upgrade: 5 },
	noCreditsCode: 402,
	refuseUnknownFields: false,
	allowPortraitReference: false,
};
