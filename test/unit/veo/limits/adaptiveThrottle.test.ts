import { AdaptiveThrottle } from '../../../../nodes/ApikleyVeo/veo/limits/adaptiveThrottle';

test('is off until it is pulled', () => {
	const brake = new AdaptiveThrottle();
	expect([brake.intervalMs, brake.pausedUntil]).toEqual([0, 0]);
});

test('a pull pauses, and spreads what starts afterwards', () => {
	const brake = new AdaptiveThrottle();
	brake.onThrottled(1_000, 1_050, 5_000);
	expect([brake.intervalMs, brake.pausedUntil]).toEqual([100, 6_050]);
});

test('the gap doubles with each further pull, up to ten seconds', () => {
	const brake = new AdaptiveThrottle();
	const gaps = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((second) => {
		brake.onThrottled(second * 1000, second * 1000 + 50, 0);
		return brake.intervalMs;
	});
	expect(gaps).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
});

test('requests that were under way together widen it once', () => {
	const brake = new AdaptiveThrottle();
	brake.onThrottled(0, 50, 1_000);
	brake.onThrottled(10, 60, 1_000);
	brake.onThrottled(49, 70, 1_000);
	expect(brake.intervalMs).toBe(100);
	brake.onThrottled(51, 90, 1_000);
	expect(brake.intervalMs).toBe(200);
});

test('the longest pause that was asked for counts, whoever was told it', () => {
	const brake = new AdaptiveThrottle();
	brake.onThrottled(0, 50, 1_000);
	brake.onThrottled(10, 60, 8_000);
	brake.onThrottled(20, 70, 2_000);
	expect(brake.pausedUntil).toBe(8_060);
});

test('thirty good answers take it off', () => {
	const brake = new AdaptiveThrottle();
	brake.onThrottled(0, 50, 0);
	brake.onSuccess();
	expect(brake.intervalMs).toBe(90);
	brake.onSuccess();
	expect(brake.intervalMs).toBe(81);
	for (let answers = 2; answers < 28; answers++) brake.onSuccess();
	expect(brake.intervalMs).toBeGreaterThan(5);
	brake.onSuccess();
	expect(brake.intervalMs).toBe(0);
});

test('good answers do not end a pause', () => {
	const brake = new AdaptiveThrottle();
	brake.onThrottled(0, 50, 5_000);
	for (let answers = 0; answers < 40; answers++) brake.onSuccess();
	expect(brake.pausedUntil).toBe(5_050);
});

test('pulled again after it was off it begins anew', () => {
	const brake = new AdaptiveThrottle();
	brake.onThrottled(0, 50, 0);
	for (let answers = 0; answers < 40; answers++) brake.onSuccess();
	brake.onThrottled(60_000, 60_050, 0);
	expect(brake.intervalMs).toBe(100);
});
