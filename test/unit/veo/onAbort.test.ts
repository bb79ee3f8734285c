import { linkAbort, onAbort } from '../../../nodes/ApikleyVeo/veo/onAbort';
import { spyOnSignal } from '../support/spyOnSignal';

function createListeners() {
	const called: string[] = [];
	const spy = spyOnSignal();
	const listen = (name: string, then = () => {}) =>
		onAbort(spy.signal, () => {
			called.push(name);
			then();
		});
	return { called, listen, ...spy };
}

describe('onAbort', () => {
	test('calls all callbacks in order, through one shared listener', () => {
		const { called, listen, controller, listeners } = createListeners();
		for (const name of ['a', 'b', 'c']) listen(name);
		expect(listeners()).toBe(1);
		controller.abort();
		expect(called).toEqual(['a', 'b', 'c']);
		expect(listeners()).toBe(0);
	});

	test('does not call removed callbacks, and removes the listener with the last one', () => {
		const { called, listen, controller, listeners } = createListeners();
		const removeA = listen('a');
		const removeB = listen('b');
		removeA();
		removeA();
		expect(listeners()).toBe(1);
		removeB();
		expect(listeners()).toBe(0);
		controller.abort();
		expect(called).toEqual([]);
	});

	test('calls a callback that was added after all others were removed', () => {
		const { called, listen, controller, listeners } = createListeners();
		listen('a')();
		listen('b');
		expect(listeners()).toBe(1);
		controller.abort();
		expect(called).toEqual(['b']);
	});

	test('lets a callback remove another one, or itself', () => {
		const { called, listen, controller, listeners } = createListeners();
		const removeA: () => void = listen('a', () => {
			removeA();
			removeB();
		});
		const removeB = listen('b');
		listen('c');
		controller.abort();
		expect(called).toEqual(['a', 'c']);
		expect(listeners()).toBe(0);
	});

	test('keeps the listeners of different signals apart', () => {
		const one = createListeners();
		const other = createListeners();
		one.listen('one');
		other.listen('other');
		one.controller.abort();
		expect([one.called, other.called, other.listeners()]).toEqual([['one'], [], 1]);
	});
});

describe('a linked signal', () => {
	test.each(['before', 'after'])('is aborted if its parent is aborted %s it is linked', (when) => {
		const { controller, signal, listeners } = spyOnSignal();
		if (when === 'before') controller.abort();
		const linked = linkAbort(signal);
		controller.abort();
		expect([linked.signal.aborted, listeners()]).toEqual([true, 0]);
	});

	test('is aborted when disposed, and no longer listens to its parent', () => {
		const { signal, listeners } = spyOnSignal();
		const linked = linkAbort(signal);
		expect([linked.signal.aborted, listeners()]).toEqual([false, 1]);
		linked.dispose();
		expect([linked.signal.aborted, signal.aborted, listeners()]).toEqual([true, false, 0]);
	});
});
