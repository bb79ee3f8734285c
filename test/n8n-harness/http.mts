import axios, { type AxiosError, type AxiosInstance } from 'axios';
import axiosRetry, { type IAxiosRetryConfig } from 'axios-retry';
import { Agent } from 'node:http';

const SERVICE_UNAVAILABLE = 503;

/** n8n responds so to every request while it has no connection to its database, and does nothing. */
const UNTIL_READY: IAxiosRetryConfig = {
	retries: 60,
	retryDelay: () => 500,
	retryCondition: ({ response }) => response?.status === SERVICE_UNAVAILABLE,
	validateResponse: ({ status }) => status !== SERVICE_UNAVAILABLE,
};

/** Creates an HTTP client for n8n that returns responses of any status. */
export function createHttp(baseURL: string): AxiosInstance {
	const http = axios.create({
		baseURL,
		proxy: false,
		validateStatus: () => true,
		// n8n closes idle connections after 5 s, maybe just when a request is sent
		httpAgent: new Agent({ keepAlive: false }),
	});
	axiosRetry(http, UNTIL_READY);
	// Jest cannot report axios' own errors as JSON, because they are circular
	http.interceptors.response.use(undefined, ({ config, message }: AxiosError) => {
		throw new Error(`${config?.method} ${config?.url}: ${message}`);
	});
	return http;
}
