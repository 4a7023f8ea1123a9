import type { ObjectRef } from '@pothos/core';
import type { ServiceContext } from '../domains/context.ts';
import type { Action, Noun } from '../domains/policy.ts';
import { builder, type BuilderTypes } from './builder.ts';
import { capitalized, type ErrorClass } from './errors.ts';
import { globalId, localId } from './ids.ts';
import { defineMutation } from './mutation.ts';

interface Changed<Shape, Key extends string> {
  /** The field of the payload, such as `agent`. */
  field: string;
  type: ObjectRef<BuilderTypes, Shape>;
  description: string;
  /** Reads the row again, with the viewer's rights. */
  get: (ctx: ServiceContext, args: { query: object; id: string }) => Promise<unknown>;
  /** What the service calls the id of the row. */
  key: Key;
}

/** Makes the `<Mutation>Payload` types of a noun: each holds one row as it is after the change. */
export const definePayload =
  <Shape, const Key extends string>({ field, type, description, get, key }: Changed<Shape, Key>) =>
  (mutation: string, payload: string) =>
    builder.objectRef<Record<Key, string>>(`${mutation}Payload`).implement({
      // The compiler cannot tell that an unknown key is not the organization's.
      access: 'carried' as never,
      description: payload,
      fields: (t) => ({
        [field]: t.prismaField({
          type: type as never,
          // Whoever may change a row can see it; the caller has just done so.
          nullable: false,
          description,
          resolve: ((query: object, row: Record<Key, string>, _args: object, ctx: ServiceContext) =>
            get(ctx, { query, id: row[key] })) as never,
        }),
      }),
    });

/** The `<Mutation>Payload` of a row that is gone: its id, under the name of `field`. */
export const defineGonePayload = (
  mutation: string,
  gone: { noun: Noun; field: string; description: string; id: string },
) =>
  builder.objectRef<{ id: string }>(`${mutation}Payload`).implement({
    access: 'carried',
    description: gone.description,
    fields: (t) => ({
      [gone.field]: t.id({
        nullable: false,
        description: gone.id,
        resolve: ({ id }) => globalId(gone.noun, id),
      }),
    }),
  });

interface IdMutation<Payload> {
  type: ObjectRef<BuilderTypes, Payload>;
  noun: Noun;
  action: Action;
  /** The field of the input that names the row, such as `agentId`. */
  argument: string;
  /** The row, in words, such as `the agent to validate`. */
  which: string;
  description: string;
  errors: ErrorClass[];
  change: (ctx: ServiceContext, args: { id: string }) => Promise<NoInfer<Payload>>;
}

/** A mutation that asks for nothing but one row. */
export function defineIdMutation<Payload extends object>(name: string, mutation: IdMutation<Payload>): void {
  const { noun, action, argument, which, change, ...rest } = mutation;
  defineMutation(name, {
    ...rest,
    access: { action, noun },
    input: `${capitalized(which)}.`,
    inputType: `Names ${which}.`,
    fields: (t) => ({ [argument]: t.id({ required: true, description: `Global id of ${which}.` }) }),
    resolve: (input, ctx) =>
      change(ctx, { id: localId(noun, (input as Record<string, string>)[argument]!, 'input', argument) }),
  });
}
