import { Brake } from '../../../../nodes/ApikleyVeo/veo/traffic/brake';

test('is off until it is pulled', () => {
	const brake = new Brake();
	expect([brake.gapMs, brake.pausedUntil]).toEqual([0, 0]);
});

test('a pull pauses, and spreads what starts afterwards', () => {
	const brake = new Brake();
	brake.pull(1_000, 1_050, 5_000);
	expect([brake.gapMs, brake.pausedUntil]).toEqual([100, 6_050]);
});

test('the gap doubles with each further pull, up to ten seconds', () => {
	const brake = new Brake();
	const gaps = [1, 2, 3, 4, 5, 6, 7, 8, 9].map((second) => {
		brake.pull(second * 1000, second * 1000 + 50, 0);
		return brake.gapMs;
	});
	expect(gaps).toEqual([100, 200, 400, 800, 1_600, 3_200, 6_400, 10_000, 10_000]);
});

test('requests that were under way together widen it once', () => {
	const brake = new Brake();
	brake.pull(0, 50, 1_000);
	brake.pull(10, 60, 1_000);
	brake.pull(49, 70, 1_000);
	expect(brake.gapMs).toBe(100);
	brake.pull(51, 90, 1_000);
	expect(brake.gapMs).toBe(200);
});

test('the longest pause that was asked for counts, whoever was told it', () => {
	const brake = new Brake();
	brake.pull(0, 50, 1_000);
	brake.pull(10, 60, 8_000);
	brake.pull(20, 70, 2_000);
	expect(brake.pausedUntil).toBe(8_060);
});

test('thirty good answers take it off', () => {
	const brake = new Brake();
	brake.pull(0, 50, 0);
	brake.ease();
	expect(brake.gapMs).toBe(90);
	brake.ease();
	expect(brake.gapMs).toBe(81);
	for (let answers = 2; answers < 28; answers++) brake.ease();
	expect(brake.gapMs).toBeGreaterThan(5);
	brake.ease();
	expect(brake.gapMs).toBe(0);
});

test('good answers do not end a pause', () => {
	const brake = new Brake();
	brake.pull(0, 50, 5_000);
	for (let answers = 0; answers < 40; answers++) brake.ease();
	expect(brake.pausedUntil).toBe(5_050);
});

test('pulled again after it was off it begins anew', () => {
	const brake = new Brake();
	brake.pull(0, 50, 0);
	for (let answers = 0; answers < 40; answers++) brake.ease();
	brake.pull(60_000, 60_050, 0);
	expect(brake.gapMs).toBe(100);
});
