import type {
	IBinaryKeyData,
	IDataObject,
	INodeParameters,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

import type { openSession } from '../../../nodes/ApikleyVeo/execution/session';
import type { uploadFailed } from '../../../nodes/ApikleyVeo/errors/imageProblems';
import type { inspectImage } from '../../../nodes/ApikleyVeo/parameters/imageField';
import { loadBuilt } from './built-node.mjs';
import { node, startExecution } from './engine.mjs';
import { credential } from './simulated.mjs';

/** The binary fields of each input item. */
export type FilesOfItem = Readonly<Record<string, Buffer>>;

export interface UploadRun {
	readonly items: readonly FilesOfItem[];
	/** The same for all items. */
	readonly fields: readonly string[];
	readonly options?: INodeParameters;
	/** Default: the simulator's. */
	readonly baseUrl?: string;
}

export interface RunningUploads {
	/** Does what the Stop button does. */
	cancel(): void;
	/** What the node outputs for each item and field: `{ url }`, `{ invalid }`, `{ problem }` or `{ kind }`. */
	readonly results: Promise<IDataObject[]>;
}

interface Built {
	readonly openSession: typeof openSession;
	readonly uploadFailed: typeof uploadFailed;
	readonly inspectImage: typeof inspectImage;
}

const built: Built = {
	...loadBuilt<Pick<Built, 'openSession'>>('execution/session'),
	...loadBuilt<Pick<Built, 'uploadFailed'>>('errors/imageProblems'),
	...loadBuilt<Pick<Built, 'inspectImage'>>('parameters/imageField'),
};

/** Outputs the items, with their files in n8n's binary data. */
const filesNode = (items: UploadRun['items']): INodeType => ({
	description: describe('files', []),
	async execute() {
		const binaries = items.map(async (files) => {
			const fields = Object.entries(files).map(async ([field, file]) => {
				return [field, await this.helpers.prepareBinaryData(file, `${field}.txt`)] as const;
			});
			return Object.fromEntries(await Promise.all(fields)) as IBinaryKeyData;
		});
		return [(await Promise.all(binaries)).map((binary) => ({ json: {}, binary }))];
	},
});

/** Inspects the images of all items, and then uploads them all at once. */
const uploadNode = (fields: readonly string[]): INodeType => ({
	description: describe('uploads', ['main']),
	async execute() {
		const wanted = this.getInputData().flatMap((_, item) =>
			fields.map((field) => ({ item, field })),
		);
		const images = await Promise.all(
			wanted.map(async ({ item, field }) => await built.inspectImage(this, item, field)),
		);
		const session = await built.openSession(this, () => Infinity);
		if (typeof session === 'function') throw new Error(session(null).message);
		const { uploader } = session.creations;
		const upload = async (image: (typeof images)[number]): Promise<IDataObject> => {
			if (image instanceof Error) return { invalid: `${image.message} ${image.advice}` };
			const result = await uploader.upload(image, {
				signal: session.signal,
				onFailed: () => {},
			});
			if (result.kind === 'success') return { url: result.value };
			if (result.kind === 'aborted' || result.kind === 'expired') return { kind: result.kind };
			return { problem: { ...built.uploadFailed(image, result) } };
		};
		const results = await Promise.all(images.map(upload)).finally(() => session.close());
		return [results.map((json) => ({ json, pairedItem: 0 }))];
	},
});

/** Runs the node's uploads in n8n-core's engine. */
export function startUploads({ items, fields, ...run }: UploadRun): RunningUploads {
	const { options = {}, baseUrl = credential().baseUrl } = run;
	const { cancel, result } = startExecution({
		nodes: [
			node({ name: 'Files', type: 'files' }),
			node({
				name: 'Uploads',
				type: 'uploads',
				parameters: { options },
				credentials: { apikleyApi: { id: '1', name: 'Apikley' } },
			}),
		],
		connections: { Files: { main: [[{ node: 'Uploads', type: 'main', index: 0 }]] } },
		types: { files: filesNode(items), uploads: uploadNode(fields) },
		credential: { ...credential(), baseUrl },
	});
	const results = result.then(({ data: { resultData } }) => {
		if (resultData.error) throw resultData.error;
		return (resultData.runData.Uploads?.[0]?.data?.main?.[0] ?? []).map(({ json }) => json);
	});
	return { cancel, results };
}

function describe(name: string, inputs: INodeTypeDescription['inputs']): INodeTypeDescription {
	return {
		displayName: name,
		name,
		group: ['transform'],
		version: 1,
		description: '',
		defaults: {},
		inputs,
		outputs: ['main'],
		credentials: inputs.length === 0 ? [] : [{ name: 'apikleyApi', required: true }],
		properties: [],
	};
}
