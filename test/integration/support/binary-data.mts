import { createRequire } from 'node:module';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';

/** n8n-core's own container, in which the engine looks for its services. */
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: { get<T>(type: abstract new (...args: never[]) => T): T };
};

let folder: string | undefined;

/** n8n's engine keeps binary data in files, as n8n does by default, which are gone after each test. */
export function useBinaryData(): void {
	beforeEach(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'n8n-binary-'));
		await keepBinaryDataIn('filesystem');
	});
	afterEach(async () => await rm(folder ?? '', { recursive: true, force: true }));
}

/** `default` is n8n's name for memory. */
export async function keepBinaryDataIn(mode: 'filesystem' | 'default'): Promise<void> {
	Object.assign(Container.get(BinaryDataConfig), { localStoragePath: folder, mode });
	await Container.get(BinaryDataService).init();
}

/** The files that there are, without those in which n8n notes what they are. */
export async function binaryFiles(): Promise<string[]> {
	const entries = await readdir(folder ?? '', { recursive: true, withFileTypes: true });
	return entries
		.filter((entry) => entry.isFile() && !entry.name.endsWith('.metadata'))
		.map(({ name }) => name);
}

export async function bytesOf(binary: IBinaryData | undefined): Promise<Buffer> {
	if (binary === undefined) throw new Error('There is no binary data');
	return await Container.get(BinaryDataService).getAsBuffer(binary);
}
