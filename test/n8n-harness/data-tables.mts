import type { IDataObject } from 'n8n-workflow';

import type { N8nClient } from './client.mjs';

/** A data table in the owner's personal project. */
export class DataTable {
	private constructor(
		private readonly client: N8nClient,
		private readonly path: string,
	) {}

	/** Throws an Error if there is no table of that name. */
	static async find(client: N8nClient, name: string): Promise<DataTable> {
		const project = await client.send<{ id: string }>('GET', '/rest/projects/personal');
		const tables = `/rest/projects/${project.id}/data-tables`;
		const { data } = await client.send<{ data: Array<{ id: string; name: string }> }>(
			'GET',
			tables,
		);
		const table = data.find((each) => each.name === name);
		if (!table) throw new Error(`No data table ${name}`);
		return new DataTable(client, `${tables}/${table.id}`);
	}

	async insert(rows: readonly IDataObject[]): Promise<void> {
		await this.client.send('POST', `${this.path}/insert`, { data: rows, returnType: 'count' });
	}

	/** Lists the rows in the order of their insertion. */
	async rows(): Promise<IDataObject[]> {
		const { data } = await this.client.send<{ data: IDataObject[] }>(
			'GET',
			`${this.path}/rows?sortBy=id:asc`,
		);
		return data;
	}
}
