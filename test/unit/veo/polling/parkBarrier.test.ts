import { ParkBarrier } from '../../../../nodes/ApikleyVeo/veo/polling/parkBarrier';
import { flushPromises, FakeClock } from '../../support/fakeClock';
import { spyOnSignal } from '../../support/spyOnSignal';

/** `resolved`: what `arrive` returned for each wait, and at which second. */
function createBarrier(waits: number) {
	const clock = new FakeClock();
	const { controller, signal, listeners } = spyOnSignal();
	const barrier = new ParkBarrier(waits, clock, signal);
	const resolved: Record<string, [boolean, number]> = {};
	const arrive = (name: string, until: number) => {
		void barrier.arrive(clock.at(until)).then((allArrived) => {
			resolved[name] = [allArrived, clock.seconds];
		});
	};
	return { clock, controller, listeners, barrier, arrive, resolved };
}

test('a single wait parks at once', async () => {
	const { clock, listeners, arrive, resolved } = createBarrier(1);
	arrive('a', 65);
	await flushPromises();
	expect(resolved).toEqual({ a: [true, 0] });
	expect([clock.sleeping, listeners()]).toEqual([0, 0]);
});

test('several waits park together as soon as the last one has arrived', async () => {
	const { clock, arrive, resolved } = createBarrier(2);
	arrive('a', 65);
	await clock.advance(20);
	expect(resolved).toEqual({});
	arrive('b', 85);
	await flushPromises();
	expect(resolved).toEqual({ a: [true, 20], b: [true, 20] });
});

test('a wait parks as soon as all others have left', async () => {
	const { clock, barrier, arrive, resolved } = createBarrier(3);
	arrive('a', 65);
	barrier.leave();
	await clock.advance(20);
	expect(resolved).toEqual({});
	barrier.leave();
	await flushPromises();
	expect(resolved).toEqual({ a: [true, 20] });
});

test('a wait that is due before all have arrived continues, and may arrive again', async () => {
	const { clock, arrive, resolved } = createBarrier(2);
	arrive('a', 65);
	await clock.advance(66);
	expect(resolved).toEqual({ a: [false, 65] });
	arrive('b', 140);
	await clock.advance(10);
	expect(resolved).not.toHaveProperty('b');
	arrive('a', 141);
	await flushPromises();
	expect(resolved).toEqual({ a: [true, 76], b: [true, 76] });
});

test('an abort releases all waits, and leaves neither timers nor listeners', async () => {
	const { clock, controller, listeners, arrive, resolved } = createBarrier(3);
	arrive('a', 65);
	arrive('b', 70);
	await clock.advance(5);
	controller.abort();
	await flushPromises();
	expect(resolved).toEqual({ a: [false, 5], b: [false, 5] });
	expect([clock.sleeping, listeners()]).toEqual([0, 0]);
});
