import { graphql, type GraphQLError } from 'graphql';
import { createAbility, type Viewer } from '../../src/domains/policy.ts';
import { contextOf, type Machine } from '../../src/domains/context.ts';
import type { GraphQLContext } from '../../src/graphql/context.ts';
import { UnauthenticatedError } from '../../src/platform/errors.ts';
import { Turns } from '../../src/platform/turns.ts';
import { policies } from '../../src/ability.ts';
import { createSchema } from '../../src/schema.ts';

const schema = createSchema();

/** An answer as a client reads it; the test says what it expects by what it looks at. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the shape follows from the document
export type Data = Record<string, any>;

/** Runs a document as a viewer, or as nobody, through the schema with all its rules. Without transport and masking. */
export async function execute(
  machine: Machine,
  viewer: Viewer | null,
  source: string,
  variables: Record<string, unknown> = {},
): Promise<{ data: Data; errors: readonly GraphQLError[] }> {
  const context = contextOfViewer(machine, viewer);
  const result = await graphql({ schema, source, variableValues: variables, contextValue: context });
  return { data: (result.data ?? {}) as Data, errors: result.errors ?? [] };
}

/** The context of an operation, without a transport. */
export function contextOfViewer(machine: Machine, viewer: Viewer | null): GraphQLContext {
  return {
    ...contextOf(machine, viewer as Viewer),
    viewer,
    ability: createAbility(viewer, policies),
    requireViewer() {
      if (!viewer) throw new UnauthenticatedError();
      return viewer;
    },
    position: { lastEventId: null, cursor: null },
    staleToken: null,
    replays: new Turns(1),
    rate: { quota: null, size: null },
    become: async () => {},
    setSessionCookies: () => {},
    refreshCookie: null,
    currentAbility: async () => createAbility(viewer, policies),
    knownAbility: () => undefined,
    watchIdentity: () => ({ isEnded: false, ended: new AbortController().signal, release: () => {} }),
  };
}

/** The code of the expected failure behind an error, and where it says to look. */
export const codesOf = (errors: readonly GraphQLError[]): string[] =>
  errors.map(({ originalError }) => (originalError as { code?: string } | null)?.code ?? 'UNEXPECTED');
