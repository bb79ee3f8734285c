import { Alarm } from '../../../../nodes/ApikleyVeo/veo/limits/alarm';
import { FakeClock } from '../../support/fakeClock';

test('an alarm only rings at the earliest of its times, until it is set again', async () => {
	const clock = new FakeClock();
	const rang: number[] = [];
	const alarm = new Alarm(clock, new AbortController().signal, () => rang.push(clock.seconds));
	for (const seconds of [20, 10, 30]) alarm.set(clock.at(seconds));
	await clock.runAll();
	expect(rang).toEqual([10]);
	alarm.set(clock.at(40));
	await clock.runAll();
	expect(rang).toEqual([10, 40]);
});
