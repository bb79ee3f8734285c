import type { CreationLimit } from './account.mjs';
import type { CallbackScript } from './callback-script.mjs';
import type { CreationPlan } from './creation-plan.mjs';
import type { Fault } from './faults.mjs';
import type { Shares } from './shares.mjs';
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
	/** What happens to a share of the creations, if nothing is planned for their prompt; default nothing. */
	creationShares: Shares<CreationPlan>;
	/** What goes wrong with a share of the lookups, if no fault is planned for them; default nothing. */
	lookupShares: Shares<Fault>;
	/** What is posted for a task that has no `callbacks` of its own; default: its own end, once, when it has come. */
	callbacks: CallbackScript;
	/** What is posted instead for a share of these tasks; default none of them. */
	callbackShares: Shares<CallbackScript>;
	/** After which seconds a callback is sent again; default after 1, 5 and 15 minutes. */
	callbackRetrySeconds: readonly number[];
	/** How long the receiver of a callback has to respond; default 15. */
	callbackTimeoutSeconds: number;
}

export interface Prices {
	veo3_fast: number;
	veo3: number;
	extend: number;
	upgrade: number;
}

export const NO_SHARES = { seed: 0, shares: [] };

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
	creationShares: NO_SHARES,
	lookupShares: NO_SHARES,
	callbacks: [{}],
	callbackShares: NO_SHARES,
	callbackRetrySeconds: [60, 300, 900],
	callbackTimeoutSeconds: 15,
};
