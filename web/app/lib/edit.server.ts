import { createHash } from 'node:crypto';
import { data } from '@remix-run/node';
import { z } from 'zod';
import { textOf } from './form-text.ts';
import type { Fault } from './api/fault.ts';
import { isEditable, type Editable } from './editable.ts';

/** What a form was filled with when it was opened: a digest of each field, as texts may be long. */
const shownValues = z.record(z.string(), z.string());
export type ShownValues = z.output<typeof shownValues>;

/** As a form gives a value back: a browser ends lines with CRLF, and an empty field stands for null. */
function asEntered(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('\r\n', '\n').trim() || null;
  if (Array.isArray(value)) return value.map(asEntered);
  if (typeof value !== 'object' || value === null) return value ?? null;
  return Object.entries(value).map(([name, part]) => [name, asEntered(part)]);
}

const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(asEntered(value)))
    .digest('base64url');

const refuse = (status: number, code: string, message: string): never => {
  throw data({ code, message, requestId: null } satisfies Fault, { status });
};

/** Goes into the form as `shown` and comes back with it. */
export const shownIn = (values: object): ShownValues =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, digestOf(value)]));

/** Throws 400 when the form came without it: without knowing what was shown nobody knows what was changed. */
export function readShown(form: FormData): ShownValues {
  try {
    return shownValues.parse(JSON.parse(textOf(form, 'shown')));
  } catch {
    return refuse(
      400,
      'BAD_USER_INPUT',
      'This form is not complete. Load the page again and make your changes anew.',
    );
  }
}

/** A row with its form; throws 403 for somebody who may only read it. */
export const requireEditable = <TRow extends Editable>(noun: string, row: TRow): TRow =>
  isEditable(row) ? row : refuse(403, 'FORBIDDEN', `This ${noun} can be read, but not changed by you.`);

export interface Edit<TValues> {
  /** Only what the visitor changed; everything else stays as it is by now. */
  changes: Partial<TValues>;
  /** Names of changed fields that somebody else has changed since the form was opened. */
  contested: (keyof TValues & string)[];
}

/**
 * Three states of a row: as it was shown, as it was sent, as it is now. A field that was sent and never shown, such as a
 * credential, is a change; one that is undefined is none.
 */
export function editOf<TValues extends object>(state: {
  shown: ShownValues;
  sent: TValues;
  now: object;
}): Edit<TValues> {
  const { shown, sent } = state;
  const now: Record<string, unknown> = { ...state.now };
  const changed = (Object.keys(sent) as (keyof TValues & string)[]).filter(
    (name) => sent[name] !== undefined && shown[name] !== digestOf(sent[name]),
  );
  return {
    changes: Object.fromEntries(changed.map((name) => [name, sent[name]])) as Partial<TValues>,
    contested: changed.filter(
      (name) => name in now && ![shown[name], digestOf(sent[name])].includes(digestOf(now[name])),
    ),
  };
}
