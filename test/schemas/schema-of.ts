/** A JSON schema, as far as n8n's editor reads it. */
export interface Schema {
	readonly type: string | readonly string[];
	readonly properties?: Readonly<Record<string, Schema>>;
	readonly items?: Schema;
}

/** Returns the schema that all these values have. A key that is missing in a later value is not noticed. */
export function schemaOf(values: readonly unknown[]): Schema {
	const types = [...new Set(values.map(typeOf))].sort(nullLast);
	const objects = values.filter((value): value is object => typeOf(value) === 'object');
	const elements = values.filter((value) => Array.isArray(value)).flat();
	return {
		type: types.length === 1 ? (types[0] ?? 'null') : types,
		...(objects.length > 0 && { properties: propertiesOf(objects) }),
		...(elements.length > 0 && { items: schemaOf(elements) }),
	};
}

function propertiesOf(objects: readonly object[]): Record<string, Schema> {
	const keys = [...new Set(objects.flatMap((each) => Object.keys(each)))];
	const valuesOf = (key: string) =>
		objects.flatMap((each) => (key in each ? [(each as Record<string, unknown>)[key]] : []));
	return Object.fromEntries(keys.map((key) => [key, schemaOf(valuesOf(key))]));
}

function typeOf(value: unknown): string {
	if (value === null) return 'null';
	return Array.isArray(value) ? 'array' : typeof value;
}

function nullLast(one: string, other: string): number {
	return Number(one === 'null') - Number(other === 'null') || one.localeCompare(other);
}
