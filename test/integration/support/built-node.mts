import { createRequire } from 'node:module';
import path from 'node:path';

import type {
	ICredentialDataDecryptedObject,
	IHttpRequestOptions,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

interface CredentialType {
	authenticate(
		credentials: ICredentialDataDecryptedObject,
		request: IHttpRequestOptions,
	): Promise<IHttpRequestOptions>;
}

/** The node and the credential as they are published, from the build in dist/. */
const dist = path.resolve('dist');
const load = createRequire(path.join(dist, '..', 'package.json'));
const { ApikleyVeo } = load(path.join(dist, 'nodes/ApikleyVeo/ApikleyVeo.node.js')) as {
	ApikleyVeo: new () => INodeType;
};
const { ApikleyVeoTrigger } = load(
	path.join(dist, 'nodes/ApikleyVeo/ApikleyVeoTrigger.node.js'),
) as { ApikleyVeoTrigger: new () => INodeType };
const { ApikleyApi } = load(path.join(dist, 'credentials/ApikleyApi.credentials.js')) as {
	ApikleyApi: new () => CredentialType;
};

/** A file below nodes/ApikleyVeo, without its extension. */
export function loadBuilt<Exports>(file: string): Exports {
	return load(path.join(dist, 'nodes', 'ApikleyVeo', `${file}.js`)) as Exports;
}

export const apikleyVeo = new ApikleyVeo();
export const apikleyVeoTrigger = new ApikleyVeoTrigger();
export const apikleyApi = new ApikleyApi();

/** The twin that n8n creates of every node that is usable as a tool. It does so outside its engine. */
export const apikleyVeoTool = Object.assign(new ApikleyVeo(), {
	description: {
		...apikleyVeo.description,
		name: 'apikleyVeoTool',
		inputs: [],
		outputs: ['ai_tool'],
	} satisfies INodeTypeDescription as INodeTypeDescription,
});
