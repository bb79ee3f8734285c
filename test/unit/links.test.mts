import { existsSync } from 'node:fs';
import path from 'node:path';

import { projectRoot } from '../n8n-harness/system/project-root.mjs';
import { allPages, anchorsOf, readPage, targetsOf } from './support/pages.mjs';

/** Returns why a link leads nowhere; null if it leads somewhere. */
function faultOf(page: string, target: string): string | null {
	if (/^[a-z]+:/.test(target)) return null;
	const [file = '', anchor] = target.split('#');
	const linked = file === '' ? page : path.join(path.dirname(page), file);
	if (!existsSync(path.join(projectRoot(), linked))) return `${target}: no such file`;
	if (anchor === undefined || anchorsOf(readPage(linked)).includes(anchor)) return null;
	return `${target}: no such heading`;
}

test.each(allPages())('every link and picture of %s leads somewhere', (page) => {
	const faults = targetsOf(readPage(page)).map((target) => faultOf(page, target));
	expect(faults.filter((fault) => fault !== null)).toEqual([]);
});
