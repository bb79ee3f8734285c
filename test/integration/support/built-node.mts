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

/** The node and the credential as they are published: what `npm run build` has made. */
const dist = path.resolve('dist');
const load = createRequire(path.join(dist, '..', 'package.json'));
const { ApikleyVeo } = load(path.join(dist, 'nodes/ApikleyVeo/ApikleyVeo.node.js')) as {
	ApikleyVeo: new () => INodeType;
};
const { ApikleyApi } = load(path.join(dist, 'credentials/ApikleyApi.credentials.js')) as {
	ApikleyApi: new () => CredentialType;
};

export const apikleyVeo = new ApikleyVeo();
export const apikleyApi = new ApikleyApi();

/** n8n makes such a twin of every node that is usable as a tool; it does so outside its engine. */
export const apikleyVeoTool = Object.assign(new ApikleyVeo(), {
	description: {
		...apikleyVeo.description,
		name: 'apikleyVeoTool',
		inputs: [],
		outputs: ['ai_tool'],
	} satisfies INodeTypeDescription as INodeTypeDescription,
});
