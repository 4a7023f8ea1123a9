import type { InterfaceRef, ObjectRef } from '@pothos/core';
import { type Count, MOST_COUNTED } from '../domains/capped-count.ts';
import { builder, type BuilderTypes } from './builder.ts';

/** What the resolver of a connection hands on beside its page. */
interface Counted {
  count: () => Count | Promise<Count>;
}

/** The one connection type of a noun; every list of it uses this one, and counts with the same filter and rights. */
export function defineConnection<Shape>(
  node: ObjectRef<BuilderTypes, Shape> | InterfaceRef<BuilderTypes, Shape>,
  name: string,
  things: string,
) {
  return builder.connectionObject(
    {
      type: node,
      name: `${name}Connection`,
      access: 'carried',
      description: `A page of ${things}.`,
      fields: (t) => ({
        totalCount: t.int({
          nullable: true,
          description: `How many rows match the same filter with the same rights, on all pages together; rows are counted up to ${MOST_COUNTED.toLocaleString('en')}, see \`isCapped\`.`,
          resolve: async (page) => (await (page as unknown as Counted).count()).totalCount,
        }),
        isCapped: t.boolean({
          nullable: true,
          description: `Whether there are more rows than \`totalCount\`, which then says ${MOST_COUNTED.toLocaleString('en')}.`,
          resolve: async (page) => (await (page as unknown as Counted).count()).isCapped,
        }),
      }),
    },
    { name: `${name}Edge`, access: 'carried', description: `One of the ${things}, with its cursor.` },
  );
}

const enumFilters = new Map<string, object>();

/** `{ equals, in }` over an enum; one type for all lists that are filtered by it. */
export function enumFilter(ref: { name: string }): object {
  let filter = enumFilters.get(ref.name);
  if (!filter) {
    filter = builder.inputType(`${ref.name}Filter`, {
      description: `Rows whose ${ref.name} is one of these; give one of the fields.`,
      fields: (t) => ({
        equals: t.field({ type: ref as never, description: 'Exactly this one.' }),
        in: t.field({ type: [ref as never], description: 'Any of these.' }),
      }),
    });
    enumFilters.set(ref.name, filter);
  }
  return filter;
}

export const StringFilter = builder.inputType('StringFilter', {
  description: 'Conditions on a text; all that are given must hold. Letters match in either case.',
  fields: (t) => ({
    equals: t.string({ description: 'Exactly this text.' }),
    contains: t.string({ description: 'This text anywhere in it.' }),
    startsWith: t.string({ description: 'This text at its beginning.' }),
    in: t.stringList({ description: 'One of these texts.' }),
  }),
});

export const DateTimeFilter = builder.inputType('DateTimeFilter', {
  description: 'A span of time; give one end or both.',
  fields: (t) => ({
    gte: t.field({ type: 'DateTime', description: 'At this instant or later.' }),
    lt: t.field({ type: 'DateTime', description: 'Before this instant.' }),
  }),
});
