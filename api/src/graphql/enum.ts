import { builder } from './builder.ts';

/** An enum whose values are called what they are called inside; each with its description. */
export function defineEnum<Value extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Value, string>>,
) {
  const described = Object.entries<string>(values).map(([value, said]) => [
    value,
    { value, description: said },
  ]);
  return builder.enumType(name, {
    description,
    values: Object.fromEntries(described) as Record<Value, { value: Value; description: string }>,
  });
}
