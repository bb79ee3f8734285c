/** When a field is shown. */
export const forTasks = { resource: ['videoTask'] };
export const forWaiting = { ...forTasks, operation: ['waitUntilComplete'] };
