import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { installOnce } from '../n8n-harness/cached-install.mjs';
import { installWithNpm, runNpm } from '../n8n-harness/system/npm.mjs';
import { silent } from '../n8n-harness/system/progress.mjs';

jest.setTimeout(60_000);

const TARBALLS = ['/plain/-/plain-1.0.0.tgz', '/@scope/tool/-/tool-1.0.0.tgz'];

/** An npm registry that has the tarballs of two packages, and no lists of their versions. */
class Registry {
	/** The paths of all requests. */
	readonly requests: string[] = [];
	/** Called for each request. */
	respond = (url: string, response: ServerResponse): void => {
		const tarball = this.tarballs.get(url);
		response.writeHead(tarball ? 200 : 404).end(tarball);
	};
	private readonly server: Server = createServer(({ url = '' }, response) => {
		this.requests.push(url);
		this.respond(url, response);
	});

	constructor(private readonly tarballs: ReadonlyMap<string, Buffer>) {}

	async listen(): Promise<string> {
		await once(this.server.listen(0, '127.0.0.1'), 'listening');
		return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/`;
	}

	close(): void {
		this.server.close();
		this.server.closeAllConnections();
	}
}

let folder: string;
let project: string;
let registry: Registry;
let environment: NodeJS.ProcessEnv;

beforeEach(async () => {
	folder = await mkdtemp(path.join(tmpdir(), 'install-test-'));
	project = path.join(folder, 'project');
	await mkdir(project);
	const plain = await pack('plain');
	const tool = await pack('@scope/tool');
	await writeFile(path.join(project, '.npmrc'), 'ignore-scripts=true');
	const dependencies = { alias: 'npm:plain@1.0.0', '@scope/tool': '1.0.0' };
	await writeJson('package.json', { private: true, dependencies });
	await writeJson('package-lock.json', {
		lockfileVersion: 3,
		packages: {
			'': { dependencies },
			'node_modules/@scope/tool': { version: '1.0.0', integrity: checksum(tool) },
			'node_modules/alias': { name: 'plain', version: '1.0.0', integrity: checksum(plain) },
		},
	});
	registry = new Registry(new Map([plain, tool].map((tarball, i) => [TARBALLS[i] ?? '', tarball])));
	environment = {
		...process.env,
		npm_config_registry: await registry.listen(),
		npm_config_cache: path.join(folder, 'npm-cache'),
	};
});

afterEach(async () => {
	registry.close();
	await rm(folder, { recursive: true, force: true });
});

async function pack(name: string): Promise<Buffer> {
	const source = await mkdtemp(path.join(folder, 'package-'));
	await writeFile(path.join(source, 'package.json'), JSON.stringify({ name, version: '1.0.0' }));
	await runNpm(['pack'], { cwd: source });
	const [tarball = ''] = (await readdir(source)).filter((file) => file.endsWith('.tgz'));
	return await readFile(path.join(source, tarball));
}

function checksum(tarball: Buffer): string {
	return `sha512-${createHash('sha512').update(tarball).digest('base64')}`;
}

async function writeJson(file: string, content: object): Promise<void> {
	await writeFile(path.join(project, file), JSON.stringify(content));
}

/** Installs the devDependencies of a project, as npm start and npm test do. */
function startInstall() {
	const program = `import('./scripts/dependencies.mjs').then((it) => it.installDependencies())`;
	const { npm_lifecycle_event: _, ...env } = environment;
	return spawn(process.execPath, ['-e', program], { cwd: project, env, stdio: 'ignore' });
}

function isInstalled(where: string): boolean {
	return ['alias', '@scope/tool'].every((name) =>
		existsSync(path.join(where, 'node_modules', name, 'package.json')),
	);
}

test('an install in the cache requests only the tarballs, from the registry of the user', async () => {
	const files = ['package.json', 'package-lock.json'];
	const texts = files.map(async (file) => await readFile(path.join(project, file), 'utf8'));
	const [manifest = '', lock = ''] = await Promise.all(texts);
	const saved = process.env.N8N_SANDBOX_CACHE;
	process.env.N8N_SANDBOX_CACHE = path.join(folder, 'cache');
	const install = {
		name: 'two-packages',
		manifests: { 'package.json': manifest, 'package-lock.json': lock },
		fill: async (where: string) => await installWithNpm(['ci'], where, environment),
	};
	const installed = await installOnce(install, silent).finally(() => {
		process.env.N8N_SANDBOX_CACHE = saved;
		if (saved === undefined) delete process.env.N8N_SANDBOX_CACHE;
	});
	expect(isInstalled(installed)).toBe(true);
	expect(registry.requests.sort()).toEqual([...TARBALLS].sort());
});

describe('the install of the devDependencies', () => {
	beforeEach(async () => {
		await cp('scripts', path.join(project, 'scripts'), { recursive: true });
	});

	test('requests only the tarballs, and changes nothing but node_modules', async () => {
		const before = await readFile(path.join(project, 'package-lock.json'), 'utf8');
		const [exitCode] = (await once(startInstall(), 'exit')) as [number | null];
		expect({ exitCode, isInstalled: isInstalled(project) }).toEqual({
			exitCode: 0,
			isInstalled: true,
		});
		expect(registry.requests.sort()).toEqual([...TARBALLS].sort());
		expect(await readFile(path.join(project, 'package-lock.json'), 'utf8')).toBe(before);
		expect(await readdir(path.join(project, '.n8n-sandbox'))).toEqual([]);
	});

	test('ends on a signal with everything it has started, and is done again by the next start', async () => {
		const { respond } = registry;
		const pending = new Promise<ServerResponse>((resolve) => {
			registry.respond = (_url, response) => resolve(response);
		});
		const interrupted = startInstall();
		const exit = once(interrupted, 'exit');
		const closed = once(await pending, 'close');
		interrupted.kill('SIGINT');
		expect(await exit).toEqual([null, 'SIGINT']);
		// npm's connection ends with npm
		await closed;
		expect(isInstalled(project)).toBe(false);

		registry.respond = respond;
		const [exitCode] = (await once(startInstall(), 'exit')) as [number | null];
		expect({ exitCode, isInstalled: isInstalled(project) }).toEqual({
			exitCode: 0,
			isInstalled: true,
		});
	});
});
