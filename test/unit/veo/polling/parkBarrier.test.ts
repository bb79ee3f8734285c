import { ParkBarrier } from '../../../../nodes/ApikleyVeo/veo/polling/parkBarrier';
import { drain, FakeClock } from '../../support/fakeClock';
import { countedSignal } from '../../support/listeners';

/** `settled`: what came of each, and at which second. */
function lotRig(waits: number) {
	const clock = new FakeClock();
	const { controller, signal, listeners } = countedSignal();
	const lot = new ParkBarrier(waits, clock, signal);
	const settled = new Map<string, [boolean, number]>();
	const park = (name: string, until: number) => {
		void lot
			.arrive(clock.at(until))
			.then((isTogether) => settled.set(name, [isTogether, clock.seconds]));
	};
	return { clock, controller, listeners, lot, park, settled };
}

test('a wait that is alone is parked at once', async () => {
	const { clock, listeners, park, settled } = lotRig(1);
	park('a', 65);
	await drain();
	expect(settled.get('a')).toEqual([true, 0]);
	expect([clock.sleeping, listeners()]).toEqual([0, 0]);
});

test('several are parked together, as soon as the last is ready', async () => {
	const { clock, park, settled } = lotRig(2);
	park('a', 65);
	await clock.advance(20);
	expect(settled.size).toBe(0);
	park('b', 85);
	await drain();
	expect([settled.get('a'), settled.get('b')]).toEqual([
		[true, 20],
		[true, 20],
	]);
});

test('or as soon as all others have ended', async () => {
	const { clock, lot, park, settled } = lotRig(3);
	park('a', 65);
	lot.leave();
	await clock.advance(20);
	expect(settled.size).toBe(0);
	lot.leave();
	await drain();
	expect(settled.get('a')).toEqual([true, 20]);
});

test('one that is due while others are at work goes on, and may come again', async () => {
	const { clock, park, settled } = lotRig(2);
	park('a', 65);
	await clock.advance(66);
	expect(settled.get('a')).toEqual([false, 65]);
	park('b', 140);
	await clock.advance(10);
	expect(settled.has('b')).toBe(false);
	park('a', 141);
	await drain();
	expect([settled.get('a'), settled.get('b')]).toEqual([
		[true, 76],
		[true, 76],
	]);
});

test('an abort sends all away, and leaves nothing behind', async () => {
	const { clock, controller, listeners, park, settled } = lotRig(3);
	park('a', 65);
	park('b', 70);
	await clock.advance(5);
	controller.abort();
	await drain();
	expect([settled.get('a'), settled.get('b')]).toEqual([
		[false, 5],
		[false, 5],
	]);
	expect([clock.sleeping, listeners()]).toEqual([0, 0]);
});
