import type { ObjectRef } from '@pothos/core';
import type { ServiceContext } from '../domains/context.ts';
import type { Noun } from '../domains/policy.ts';
import { builder, type Builder } from './builder.ts';
import { globalId } from './ids.ts';

type BuilderTypes = Builder extends PothosSchemaTypes.SchemaBuilder<infer Types> ? Types : never;

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

/** The `<Mutation>Input` of a mutation that asks for nothing but one row; `which` says it in words. */
export const defineIdInput = <const F extends string>(mutation: string, field: F, which: string) =>
  builder.inputType(`${mutation}Input`, {
    description: `Names ${which}.`,
    fields: (t) => {
      const id = t.id({ required: true, description: `Global id of ${which}.` });
      return { [field]: id } as Record<F, typeof id>;
    },
  });
