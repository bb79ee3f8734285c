/** What docs/queue-mode.md recommends if n8n's processes may be killed. */
export const RECOMMENDED_SETTINGS = {
	QUEUE_WORKER_STALLED_INTERVAL: '0',
	N8N_DISABLED_MODULES: 'otel',
};

/** The interval, in minutes, at which n8n looks for executions that have lost their job. By default it is three hours. */
export const QUICK_RECOVERY = { N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '0.5' };
