import { linkAbort, onAbort } from '../../../nodes/ApikleyVeo/veo/onAbort';
import { countedSignal } from '../support/listeners';

function rig() {
	const told: string[] = [];
	const counted = countedSignal();
	const listen = (name: string, then = () => {}) =>
		onAbort(counted.signal, () => {
			told.push(name);
			then();
		});
	return { told, listen, ...counted };
}

test('all that listen are told, in order, and share one listener', () => {
	const { told, listen, controller, listeners } = rig();
	for (const name of ['a', 'b', 'c']) listen(name);
	expect(listeners()).toBe(1);
	controller.abort();
	expect(told).toEqual(['a', 'b', 'c']);
	expect(listeners()).toBe(0);
});

test('who does not listen any more is not told; the last one takes the listener along', () => {
	const { told, listen, controller, listeners } = rig();
	const forgetA = listen('a');
	const forgetB = listen('b');
	forgetA();
	forgetA();
	expect(listeners()).toBe(1);
	forgetB();
	expect(listeners()).toBe(0);
	controller.abort();
	expect(told).toEqual([]);
});

test('who listens after all others have gone is told', () => {
	const { told, listen, controller, listeners } = rig();
	listen('a')();
	listen('b');
	expect(listeners()).toBe(1);
	controller.abort();
	expect(told).toEqual(['b']);
});

test('who is told that another is to be told no more is obeyed', () => {
	const { told, listen, controller } = rig();
	listen('a', () => forgetB());
	const forgetB = listen('b');
	listen('c');
	controller.abort();
	expect(told).toEqual(['a', 'c']);
});

test('who stops listening once told does no harm', () => {
	const { told, listen, controller, listeners } = rig();
	const forgetA: () => void = listen('a', () => forgetA());
	listen('b');
	controller.abort();
	expect(told).toEqual(['a', 'b']);
	expect(listeners()).toBe(0);
});

test('signals have nothing to do with each other', () => {
	const one = rig();
	const other = rig();
	one.listen('one');
	other.listen('other');
	one.controller.abort();
	expect([one.told, other.told, other.listeners()]).toEqual([['one'], [], 1]);
});

describe('what ends with a signal', () => {
	test.each(['before', 'later'])('ends with one that is aborted %s', (when) => {
		const { controller, signal, listeners } = countedSignal();
		if (when === 'before') controller.abort();
		const ending = linkAbort(signal);
		controller.abort();
		expect([ending.signal.aborted, listeners()]).toEqual([true, 0]);
	});

	test('ends by itself, and listens no longer', () => {
		const { signal, listeners } = countedSignal();
		const ending = linkAbort(signal);
		expect([ending.signal.aborted, listeners()]).toEqual([false, 1]);
		ending.dispose();
		expect([ending.signal.aborted, signal.aborted, listeners()]).toEqual([true, false, 0]);
	});
});
