import { createRequire } from 'node:module';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { BinaryDataConfig, BinaryDataService } from 'n8n-core';
import type { IBinaryData } from 'n8n-workflow';

/** The container in which n8n-core's engine finds its services. */
const { Container } = createRequire(require.resolve('n8n-core'))('@n8n/di') as {
	Container: { get<T>(type: abstract new (...args: never[]) => T): T };
};

let folder: string | undefined;

/** Makes n8n's engine store binary data in files, as n8n does by default, and deletes them after each test. */
export function useBinaryData(): void {
	beforeEach(async () => {
		folder = await mkdtemp(path.join(tmpdir(), 'n8n-binary-'));
		await storeBinaryDataIn('filesystem');
	});
	afterEach(async () => await rm(folder ?? '', { recursive: true, force: true }));
}

/** `default` is n8n's name for memory. */
export async function storeBinaryDataIn(mode: 'filesystem' | 'default'): Promise<void> {
	Object.assign(Container.get(BinaryDataConfig), { localStoragePath: folder, mode });
	await Container.get(BinaryDataService).init();
}

/** The names of the stored files, without those of n8n's metadata. */
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
