import { isAbsolute } from 'node:path';
import { z } from 'zod';

/**
 * A program that the operator of the studio lets organizations start as an MCP server, under a name. What is not in a
 * preset, nobody who chooses it can decide: the program and its arguments are the operator's, but for typed parameters.
 */
export type StdioPreset = z.output<typeof preset>;
export type PresetParameter = StdioPreset['parameters'][number];

/** OFF: nothing is started. PRESETS: presets alone. ADMIN: administrators of the operator's organization name commands too. */
export const STDIO_MODES = ['OFF', 'PRESETS', 'ADMIN'] as const;
export type StdioMode = (typeof STDIO_MODES)[number];

/** What the folder of the agent is called in the arguments of a program. */
export const WORKSPACE = '{workspace}';

/** Long enough for a program that is installed; one that is fetched first (`npx`) says its own. */
const START_LIMIT_MS = 15_000;
const LONGEST_START_LIMIT_MS = 600_000;

const line = (most: number) =>
  z
    .string()
    .max(most, `may have at most ${most} characters`)
    .regex(/^[^\0\r\n]*$/, 'must be one line');
const folder = line(1_000).refine(isAbsolute, 'must be an absolute path');
const pattern = line(500).refine(isPattern, 'must be a regular expression');
const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}$/, 'must consist of a-z, 0-9 and -, and begin with a letter');

const parameter = z
  .strictObject({
    name: z
      .string()
      .regex(/^[a-z][a-zA-Z0-9]{0,39}$/, 'must be a camelCase name')
      .refine((text) => text !== 'workspace', 'may not be workspace'),
    title: line(100).min(1, 'is required'),
    description: line(500).default(''),
    type: z.enum(['string', 'folder', 'enum'], 'must be string, folder or enum'),
    /** string, folder: what a value has to match as a whole. */
    pattern: pattern.optional(),
    /** enum: what may be chosen. */
    values: z.array(line(200).min(1, 'may not be empty')).min(1, 'is required').max(100).optional(),
    /** folder: below which folder it is. The agent's own when left out. */
    within: folder.optional(),
    /** What it is when nobody says; a parameter without one is required. */
    default: line(1_000).optional(),
  })
  .refine((given) => (given.type === 'enum') === (given.values !== undefined), {
    path: ['values'],
    error: 'is for the type enum, which needs it',
  })
  .refine((given) => given.type === 'folder' || given.within === undefined, {
    path: ['within'],
    error: 'is for the type folder',
  })
  .refine((given) => given.default === undefined || isParameterValue(given, given.default), {
    path: ['default'],
    error: 'is not a value that the parameter accepts',
  });

const preset = z
  .strictObject({
    name,
    title: line(100).min(1, 'is required'),
    description: line(500).default(''),
    /** An executable: an absolute path, or a name that is looked up in the folder of Node and those of the system. */
    program: line(1_000).min(1, 'is required'),
    /** Passed on as they are, without a shell; `{parameter}` and `{workspace}` are filled in. */
    args: z.array(line(4_096)).max(64).default([]),
    parameters: z.array(parameter).max(20).default([]),
    /** Names of environment variables that a server may set as credentials. Nothing else reaches the program. */
    environment: z
      .array(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,99}$/, 'must be the name of an environment variable'))
      .max(50)
      .default([]),
    /** Where it is started; the folder of the agent when left out. */
    folder: folder.optional(),
    /** Folders that it reads besides those of the system, where the machine can give it a file system of its own. */
    readableFolders: z.array(folder).max(50).default([]),
    /** What it downloads is kept here for all agents. A folder in the data of the studio when left out. */
    cacheFolder: folder.optional(),
    startLimitMs: z
      .int('must be whole milliseconds')
      .min(1_000, `must be between 1000 and ${LONGEST_START_LIMIT_MS}`)
      .max(LONGEST_START_LIMIT_MS, `must be between 1000 and ${LONGEST_START_LIMIT_MS}`)
      .default(START_LIMIT_MS),
    needsNetwork: z.boolean().default(false),
  })
  .superRefine(({ args, parameters }, context) => {
    const known = new Set(['workspace', ...parameters.map((one) => one.name)]);
    if (known.size <= parameters.length) {
      context.addIssue({ code: 'custom', path: ['parameters'], message: 'may not name a parameter twice' });
    }
    args.forEach((arg, index) => {
      const unknown = placeholdersOf(arg).find((one) => !known.has(one));
      if (unknown === undefined) return;
      context.addIssue({
        code: 'custom',
        path: ['args', index],
        message: `names no parameter by {${unknown}}`,
      });
    });
  });

/** The content of a file of presets. */
export const presetFile = z.array(preset).superRefine((presets, context) => {
  presets.forEach(({ name: own }, index) => {
    if (presets.findIndex((other) => other.name === own) === index) return;
    context.addIssue({ code: 'custom', path: [index, 'name'], message: 'is taken by another preset' });
  });
});

const placeholdersOf = (arg: string): string[] =>
  [...arg.matchAll(/\{([a-z][a-zA-Z0-9]*)\}/g)].map(([, found]) => found!);

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}

/**
 * Whether a parameter takes a value. A text that begins with a dash would be an option of the program instead of what the
 * operator meant, so only a pattern of his can allow it.
 */
export function isParameterValue(
  given: { type: 'string' | 'folder' | 'enum'; pattern?: string | undefined; values?: string[] | undefined },
  value: string,
): boolean {
  if (value.length > 1_000 || /[\0\r\n]/.test(value)) return false;
  if (given.type === 'enum') return given.values?.includes(value) ?? false;
  if (given.type === 'folder' && (isAbsolute(value) || value.split(/[\\/]/).includes('..'))) return false;
  if (given.pattern !== undefined) return new RegExp(`^(?:${given.pattern})$`, 'u').test(value);
  return given.type === 'folder' || /^[^-\s]/.test(value);
}

/** An argument with its placeholders filled in, once: a value that looks like a placeholder stays what it is. */
export const fillIn = (arg: string, values: Record<string, string>): string =>
  arg.replace(/\{([a-z][a-zA-Z0-9]*)\}/g, (whole, found: string) => values[found] ?? whole);
