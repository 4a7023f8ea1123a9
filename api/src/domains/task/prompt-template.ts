import { z } from 'zod';
import { ValidationError, type ValidationIssue } from '../../platform/errors.ts';

export const TASK_VARIABLE_TYPES = ['TEXT', 'NUMBER', 'BOOLEAN'] as const;

/** A variable of a prompt, as a task stores it. In the prompt it stands as `{{name}}`. */
export const taskVariable = z.object({
  name: z
    .string()
    .regex(
      /^[a-zA-Z][a-zA-Z0-9_]{0,49}$/,
      'A variable begins with a letter and has at most 50 letters, digits and _.',
    ),
  type: z.enum(TASK_VARIABLE_TYPES).default('TEXT'),
  isRequired: z.boolean().default(true),
  default: z.string().max(10_000, 'A default has at most 10,000 characters.').nullable().default(null),
});

export type TaskVariable = z.infer<typeof taskVariable>;

const PLACEHOLDER = /\{\{\s*([a-zA-Z][a-zA-Z0-9_]*)\s*\}\}/g;

/** The prompt with its variables filled in. Throws ValidationError with an issue for each variable that is wrong. */
export function renderPrompt(
  task: { prompt: string; variables: unknown },
  values: Record<string, unknown>,
): string {
  const variables = z.array(taskVariable).parse(task.variables);
  const issues: ValidationIssue[] = [];
  const report = (name: string, message: string) =>
    issues.push({ message, path: ['input', 'variables', name] });
  const known = new Map(variables.map((variable) => [variable.name, variable]));
  for (const name of Object.keys(values))
    if (!known.has(name)) report(name, `The task has no variable ${name}. Leave it out.`);
  const texts = new Map<string, string>();
  for (const variable of variables) {
    const value = values[variable.name] ?? variable.default;
    if (value === null || value === undefined) {
      if (variable.isRequired) report(variable.name, `Give a value for the variable ${variable.name}.`);
      texts.set(variable.name, '');
    } else if (!isOfType(value, variable.type)) {
      report(variable.name, `The variable ${variable.name} takes a ${variable.type.toLowerCase()}.`);
    } else {
      texts.set(variable.name, String(value));
    }
  }
  if (issues.length > 0) throw new ValidationError(issues);
  // One pass: a value that looks like a placeholder stays as it is.
  return task.prompt.replace(PLACEHOLDER, (placeholder, name: string) => texts.get(name) ?? placeholder);
}

function isOfType(value: unknown, type: TaskVariable['type']): boolean {
  if (type === 'NUMBER') return value !== '' && Number.isFinite(Number(value)) && typeof value !== 'boolean';
  if (type === 'BOOLEAN') return value === true || value === false || value === 'true' || value === 'false';
  return typeof value === 'string' || typeof value === 'number';
}
