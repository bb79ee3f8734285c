/** `owner/name@40 hex digits # v1.2.3`. A tag can be moved to other code, a commit cannot. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} +# v\d+\.\d+\.\d+$/;

/** Returns the actions of a GitHub workflow that are not pinned to a commit with the version in a comment. */
export function unpinnedActions(workflow: string): string[] {
	return [...workflow.matchAll(/^\s*(?:- )?uses: *(.+?) *$/gm)]
		.map((match) => match[1] ?? '')
		.filter((action) => !action.startsWith('./') && !PINNED.test(action));
}
