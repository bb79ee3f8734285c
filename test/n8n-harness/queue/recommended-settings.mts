/** What docs/queue-mode.md recommends if n8n's processes may be killed. */
export const RECOMMENDED_SETTINGS = {
	QUEUE_WORKER_STALLED_INTERVAL: '0',
	N8N_DISABLED_MODULES: 'otel',
};
