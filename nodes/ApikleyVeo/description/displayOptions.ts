/** When a field is shown. */
export const showForVideoTask = { resource: ['videoTask'] };
export const showForWait = { ...showForVideoTask, operation: ['waitUntilComplete'] };
