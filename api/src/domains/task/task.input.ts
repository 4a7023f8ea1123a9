import { z } from 'zod';
import {
  TaskMode,
  TaskPriority,
  UnansweredPolicy,
  UnknownOutcomePolicy,
} from '../../generated/prisma/enums.ts';
import { uncleared } from '../../platform/input.ts';
import { TASK_VARIABLE_TYPES, taskVariable } from './prompt-template.ts';

/** What may be said of a task, for creating and for changing it. */

const title = z
  .string({ error: 'Enter a title.' })
  .trim()
  .min(1, 'Enter a title.')
  .max(200, 'Keep the title to 200 characters.');
const prompt = z
  .string({ error: 'Write a prompt.' })
  .trim()
  .min(1, 'Write a prompt.')
  .max(100_000, 'A prompt has at most 100000 characters.');
const agentId = z.string({ error: 'Choose an agent.' });

/** A person may be away for a weekend, and not for ever: WAIT says that. */
const answerWithinMinutes = z
  .int({ error: 'Enter a number of minutes.' })
  .min(1, 'Give people at least a minute to answer.')
  .max(43_200, 'Give people at most 43200 minutes (30 days) to answer, or let the run WAIT.');

/** As it is stored, but for null, which an input of GraphQL may say where nothing was given. */
const variable = z.strictObject({
  ...taskVariable.shape,
  type: z
    .enum(TASK_VARIABLE_TYPES)
    .nullish()
    .transform((type) => type ?? 'TEXT'),
  isRequired: z
    .boolean()
    .nullish()
    .transform((isRequired) => isRequired ?? true),
});

const variables = z
  .array(variable)
  .max(50, 'A task has at most 50 variables.')
  .superRefine((list, check) => {
    list.forEach(({ name, type, default: fallback }, index) => {
      if (list.findIndex((other) => other.name === name) < index) {
        check.addIssue({
          code: 'custom',
          path: [index, 'name'],
          message: `There are two variables ${name}.`,
        });
      }
      const isNumber = fallback !== null && fallback.trim() !== '' && Number.isFinite(Number(fallback));
      const isBoolean = fallback === 'true' || fallback === 'false';
      if (fallback !== null && ((type === 'NUMBER' && !isNumber) || (type === 'BOOLEAN' && !isBoolean))) {
        check.addIssue({
          code: 'custom',
          path: [index, 'default'],
          message: `The default of ${name} is no ${type.toLowerCase()}.`,
        });
      }
    });
  });

const timeZone = z
  .string()
  .refine(isTimeZone, 'Enter a time zone of the IANA database, such as Europe/Paris.');

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false; // Intl has no other way to ask
  }
}

/** Nothing fires yet, so nothing that would have to fire is accepted. */
const LATER = 'Scheduling arrives in a later version; use IMMEDIATE and run the task when it is due.';
const notYet = <T>() =>
  z.custom<T | null | undefined>((value) => value === undefined || value === null, LATER).optional();

export const taskCreation = z.strictObject({
  title,
  prompt,
  agentId,
  variables: variables.nullish().transform((list) => list ?? []),
  mode: z
    .enum(TaskMode)
    .nullish()
    .refine((mode) => !mode || mode === 'IMMEDIATE', LATER),
  scheduledAt: notYet<Date>(),
  cron: notYet<string>(),
  timeZone: timeZone.nullish().transform((zone) => zone ?? undefined),
  priority: z
    .enum(TaskPriority)
    .nullish()
    .transform((priority) => priority ?? undefined),
  onUnknownOutcome: z
    .enum(UnknownOutcomePolicy)
    .nullish()
    .transform((policy) => policy ?? undefined),
  onUnanswered: z
    .enum(UnansweredPolicy)
    .nullish()
    .transform((policy) => policy ?? undefined),
  answerWithinMinutes: answerWithinMinutes.nullish().transform((minutes) => minutes ?? undefined),
});

export type TaskCreation = z.input<typeof taskCreation>;

/** Absent is unchanged, null clears. */
export const taskChange = z.strictObject({
  title: uncleared(title),
  prompt: uncleared(prompt),
  agentId: uncleared(agentId),
  variables: variables.nullish().transform((list) => (list === null ? [] : list)),
  scheduledAt: notYet<Date>(),
  cron: notYet<string>(),
  timeZone: uncleared(timeZone),
  priority: uncleared(z.enum(TaskPriority, { error: 'Choose a priority.' })),
  onUnknownOutcome: uncleared(z.enum(UnknownOutcomePolicy, { error: 'Choose what is to happen.' })),
  onUnanswered: uncleared(z.enum(UnansweredPolicy, { error: 'Choose what is to happen.' })),
  answerWithinMinutes: uncleared(answerWithinMinutes),
});

export type TaskChange = z.input<typeof taskChange>;
