import type { IExecuteFunctions } from 'n8n-workflow';

import type { Clock } from '../veo/ports';
import { Brake } from '../veo/traffic/brake';
import { Gate } from '../veo/traffic/gate';
import type { TrafficLimits } from '../veo/traffic/gate';
import { Transfer } from '../veo/video/transfer';
import type { TransferLimits } from '../veo/video/transfer';
import { storeBinary } from './binaryData';
import type { FileDetails, Storing } from './binaryData';
import { N8nVideoHost } from './videoHost';

/** What all downloads of a run share. They have limits of their own, so that they keep no lookup waiting. */
export interface Downloads {
	readonly gate: Gate;
	transferOf(url: string): Transfer;
	/** The bytes of a transfer that has begun. */
	store(bytes: AsyncIterable<Uint8Array>, details: FileDetails): Promise<Storing>;
}

export function openDownloads(
	context: IExecuteFunctions,
	limits: TransferLimits & TrafficLimits,
	clock: Clock,
	signal: AbortSignal,
): Downloads {
	const host = new N8nVideoHost(context);
	const brake = new Brake();
	// Requests per Second spares the API, not the hosts of the videos
	const traffic = { maxConcurrency: limits.maxConcurrency, requestsPerSecond: 0 };
	const ports = { host, clock, random: Math.random, brake, signal };
	return {
		gate: new Gate(traffic, brake, clock, signal),
		transferOf: (url) => new Transfer(url, limits, ports),
		store: async (bytes, details) => await storeBinary(context, host.sample, bytes, details),
	};
}
