/** The form of a question, made from the schema of its answer: an object of plain values. */
export interface AnswerField {
  name: string;
  label: string;
  hint: string | undefined;
  type: 'string' | 'number' | 'integer' | 'boolean';
  choices: string[] | null;
  isRequired: boolean;
}

interface Property {
  type?: AnswerField['type'];
  title?: string;
  description?: string;
  enum?: string[];
}

export function fieldsOf(schema: unknown): AnswerField[] {
  const { properties = {}, required = [] } = (schema ?? {}) as {
    properties?: Record<string, Property>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    label: property.title ?? name,
    hint: property.description,
    type: property.type ?? 'string',
    choices: property.enum ?? null,
    isRequired: required.includes(name),
  }));
}

/** What a form holds, in the types of its fields; what was left empty is not part of it. */
export function answerOf(fields: readonly AnswerField[], form: FormData): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const { name, type } of fields) {
    const value = form.get(name);
    if (type === 'boolean') answer[name] = value !== null;
    else if (typeof value === 'string' && value !== '')
      answer[name] = type === 'string' ? value : Number(value);
  }
  return answer;
}
