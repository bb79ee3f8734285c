import { homedir } from 'node:os';
import path from 'node:path';

const FOLDER_NAME = 'n8n-nodes-apikley';

/**
 * Returns the folder that keeps large downloads between runs and clones: `N8N_SANDBOX_CACHE` if set, else our folder in
 * the operating system's place for caches. It may not exist yet.
 */
export function cacheFolder(): string {
	const override = process.env.N8N_SANDBOX_CACHE;
	return override ? path.resolve(override) : path.join(systemCacheFolder(), FOLDER_NAME);
}

function systemCacheFolder(): string {
	if (process.platform === 'win32') {
		return process.env.LOCALAPPDATA ?? path.join(homedir(), 'AppData', 'Local');
	}
	if (process.platform === 'darwin') return path.join(homedir(), 'Library', 'Caches');
	return process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache');
}
