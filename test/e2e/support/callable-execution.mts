import type { AxiosResponse } from 'axios';
import type { IDataObject, IWorkflowSettings } from 'n8n-workflow';

import { postItems } from '../../n8n-harness/core-nodes.mjs';
import { createHttp } from '../../n8n-harness/http.mjs';
import { items, manualTrigger, setField, WorkflowBuilder } from '../../n8n-harness/workflows.mjs';
import { parked } from './parking.mjs';
import { AS_CREATED, jsonOf, type TestBed } from './test-bed.mjs';

/** Without a callback the tasks are looked up so late that no test waits for it. */
const LATE = { initialDelay: 3_000, timeout: 3_600 };

/** The resume address, as the documentation tells users to give it. It only shows while the execution runs. */
const ADDRESS = setField('address', '={{ $execution.resumeUrl }}/apikley-veo', 'Address');

/** How to call an execution, if not as the API does. */
export interface CallOptions {
	readonly url?: string;
	readonly method?: 'GET' | 'POST' | 'PUT';
	readonly contentType?: string;
}

/** What the API posts at the end of a task. */
export const callback = (taskId: string): IDataObject => ({
	code: 200,
	msg: 'success',
	data: { taskId, info: { resultUrls: ['https://forged.example.com/1.mp4'] } },
});

/** An execution that is parked until a callback names its task. It then posts the node's items. */
export class CallableExecution {
	private constructor(
		private readonly bed: TestBed,
		readonly id: string,
		/** Where the execution can be called. */
		readonly address: string,
		/** Of its first item. */
		readonly taskId: string,
	) {}

	/** Resolves when the execution is parked. The tasks are complete unless the simulator was given others before. */
	static async park(
		bed: TestBed,
		taskIds: readonly string[],
		settings: IWorkflowSettings = AS_CREATED,
	): Promise<CallableExecution> {
		const list = taskIds.map((taskId) => ({ taskId }));
		const workflow = new WorkflowBuilder('Callable', settings)
			.then(manualTrigger())
			.then(items(list))
			.then(ADDRESS)
			.then(bed.node({ parameters: parked(LATE) }))
			.then(postItems(bed.sink.url));
		return await CallableExecution.of(bed, await bed.park(workflow));
	}

	/** A parked execution with a node that adds its address. */
	static async of(bed: TestBed, id: string): Promise<CallableExecution> {
		const { nodes } = await bed.client.getExecution(id);
		const [item] = jsonOf(nodes.Address?.outputs[0]);
		const { taskId } = (item?.body ?? item ?? {}) as IDataObject;
		return new CallableExecution(bed, id, String(item?.address), String(taskId));
	}

	/** Posts a body to the execution's address, wherever n8n is now. */
	async call(
		body: unknown,
		{ url = this.address, method = 'POST', contentType = 'application/json' }: CallOptions = {},
	): Promise<AxiosResponse> {
		const { pathname, search } = new URL(url);
		return await createHttp(this.bed.n8n.url).request({
			method,
			url: `${pathname}${search}`,
			// As bytes, because axios would make JSON of text
			data: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
			headers: { 'Content-Type': contentType },
		});
	}

	/** The address with another value of a query parameter. */
	addressWith(parameter: string, value: string): string {
		const url = new URL(this.address);
		url.searchParams.set(parameter, value);
		return url.href;
	}
}

/** A node that adds the address to its items, for other workflows. */
export const addressNode = ADDRESS;
