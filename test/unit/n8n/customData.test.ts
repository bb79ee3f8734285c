import { addToCustomData } from '../../../nodes/ApikleyVeo/n8n/customData';
import { fakeContext } from '../support/fakeContext';

test('the first ten tasks are in the custom data, each once', () => {
	const { context, customData } = fakeContext();
	for (let number = 1; number <= 12; number++) {
		for (let time = 1; time <= 2; time++) addToCustomData(context, `veo_${number}`);
	}
	expect(Object.entries(customData)).toEqual(
		Array.from({ length: 10 }, (_, index) => [`apikleyTask${index + 1}`, `veo_${index + 1}`]),
	);
});

test('an execution without custom data is left alone', () => {
	const { context } = fakeContext();
	expect(() =>
		addToCustomData({ ...context, customData: undefined as never }, 'veo_1'),
	).not.toThrow();
});

test('an n8n that has the custom data only in expressions is given the tasks there', () => {
	const { context, customData } = fakeContext();
	const evaluateExpression = (expression: string) => {
		const [, name = '', args = ''] =
			/^\{\{ \$execution\.customData\.(\w+)\(([^{}]*)\) \}\}$/.exec(expression) ?? [];
		const [key = '', value] = JSON.parse(`[${args}]`) as string[];
		return name === 'get' ? customData[key] : (customData[key] = String(value));
	};
	const older = { ...context, evaluateExpression, customData: undefined };
	for (const taskId of ['veo_1', 'veo_1', '"}} {{ $json }}'])
		addToCustomData(older as never, taskId);
	expect(customData).toEqual({ apikleyTask1: 'veo_1', apikleyTask2: '"}} {{ $json }}' });
});

test('an expression that fails does not fail the creation', () => {
	const { context } = fakeContext();
	const evaluateExpression = () => {
		throw new Error('No expressions here');
	};
	const older = { ...context, evaluateExpression, customData: undefined };
	expect(() => addToCustomData(older as never, 'veo_1')).not.toThrow();
});
