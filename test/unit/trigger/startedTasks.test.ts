import { StartedTasks } from '../../../nodes/ApikleyVeo/trigger/startedTasks';

const DAY_S = 86_400;

test('a task is forgotten a day after it started the workflow', () => {
	const tasks = new StartedTasks();
	expect(tasks.add('veo_1', 0)).toEqual([]);
	expect(tasks.add('veo_2', DAY_S)).toEqual([]);
	expect(tasks.add('veo_3', DAY_S + 1)).toEqual(['veo_1']);
	expect(tasks.has('veo_1')).toBe(false);
	expect({ ...tasks.saved }).toEqual({ veo_2: DAY_S, veo_3: DAY_S + 1 });
});

test('only the newest 1,000 tasks are remembered', () => {
	const tasks = new StartedTasks();
	for (let n = 0; n < 1_000; n++) tasks.add(`veo_${n}`, n);
	expect(tasks.add('veo_1000', 1_000)).toEqual(['veo_0']);
	expect(Object.keys({ ...tasks.saved })).toHaveLength(1_000);
});

test('an ID may be the name of what every object has', () => {
	const tasks = new StartedTasks();
	expect(['__proto__', 'constructor'].map((id) => tasks.has(id))).toEqual([false, false]);
	tasks.add('__proto__', 5);
	expect(JSON.stringify(tasks.saved)).toBe('{"__proto__":5}');
	expect(tasks.merge({})).toBe(false);
});

test('what other processes have saved is added to what this one knows', () => {
	const tasks = new StartedTasks();
	tasks.add('veo_1', 5);
	tasks.merge({ veo_1: 9, veo_2: 7 });
	expect({ ...tasks.saved }).toEqual({ veo_1: 5, veo_2: 7 });
});

test.each([[undefined], [null], ['text'], [[1]], [{ veo_1: 'yesterday' }], [{ veo_1: null }]])(
	'saved data that is damaged (%j) is ignored',
	(saved) => {
		const tasks = new StartedTasks();
		tasks.merge(saved);
		expect(tasks.has('veo_1')).toBe(false);
	},
);
