import { decodeGlobalID, encodeGlobalID } from '@pothos/plugin-relay';
import type { Noun } from '../domains/policy.ts';
import { ValidationError } from '../platform/errors.ts';

const LOCAL_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** Events name them; they have no rows of their own yet. */
type Announced = 'UserMessage' | 'Artifact';

export const globalId = (noun: Noun | Announced, id: string): string => encodeGlobalID(noun, id);

/** The head of the type of a noun: its id, its rules, and the columns that these look at. Spread it into `prismaNode`. */
export const rowOf = <N extends Noun>(noun: N) => ({
  id: { field: 'id', description: 'Global id, by which `node(id:)` finds it again.' } as const,
  access: { noun },
  select: { id: true, organizationId: true } as const,
});

/** The local id behind a global id of this noun; any other text is a ValidationError at `path`. */
export function localId(noun: Noun, id: string, ...path: string[]): string {
  const decoded = decode(id);
  if (decoded?.typename !== noun || !LOCAL_ID.test(decoded.id)) {
    throw new ValidationError([
      { message: `This is not the id of a ${noun}. Use the id that the API gave for it.`, path },
    ]);
  }
  return decoded.id;
}

/** As `localId`, for inputs that may be absent (undefined: unchanged) or null (clear). */
export function optionalLocalId<T extends string | null | undefined>(
  noun: Noun,
  id: T,
  ...path: string[]
): T {
  return (typeof id === 'string' ? localId(noun, id, ...path) : id) as T;
}

/** Whether it may name a row at all: other texts must not reach the database, which cannot read all of them. */
export const isLocalId = (id: string): boolean => LOCAL_ID.test(id);

function decode(id: string): { typename: string; id: string } | null {
  try {
    return decodeGlobalID(id);
  } catch {
    // Not base64 of `Type:id`: the caller reports it as a wrong id.
    return null;
  }
}
