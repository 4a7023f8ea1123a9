import { type DocumentNode, GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import type { Settings } from '../domains/context.ts';
import { hasRank, type Viewer } from '../domains/policy.ts';
import type { GraphQLContext } from '../graphql/context.ts';
import { findSizeFault, isIntrospection } from '../graphql/document-limits.ts';

/** Faults of a document that are told at once: of a member's enough to correct it, of a stranger's the first. */
const MOST_FAULTS = { member: 5, stranger: 1 };

/** Whether the schema is shown to somebody: by introspection, by suggestions in errors, as SDL. */
export function mayIntrospect(settings: Settings, viewer: Viewer | null): boolean {
  if (settings.introspection === 'ALL') return true;
  return viewer !== null && (settings.introspection === 'MEMBERS' || hasRank(viewer.role, 'OPERATOR'));
}

/** The message without what it tells about the schema beyond the caller's own words. */
export const withoutSuggestion = (message: string): string =>
  message.replace(/\s*Did you mean [\s\S]*\?/, '');

interface InitialContext {
  ready?: GraphQLContext;
}

/**
 * Validates each document once, whoever sends it, and tells each caller what they may know of the result. The same
 * document has another answer for a stranger than for a member, so Yoga's own cache of results is of no use.
 */
export function createOperationLimits(options: {
  settings: Settings;
  mask: (error: GraphQLError, ready: GraphQLContext) => GraphQLError;
}): Plugin {
  const validated = new WeakMap<DocumentNode, readonly GraphQLError[]>();
  return {
    onValidate({ context, validateFn, setValidationFn }) {
      const { ready } = context as InitialContext;
      if (!ready) throw new Error('A document came without its context');
      const isShown = mayIntrospect(options.settings, ready.viewer);
      setValidationFn((...args: Parameters<typeof validateFn>) => {
        const document = args[1] as DocumentNode;
        const refusal = findSizeFault(document) ?? (isShown ? null : introspectionFault(document));
        if (refusal) return [options.mask(refusal, ready)];
        let faults = validated.get(document);
        if (!faults) validated.set(document, (faults = validateFn(...args) as readonly GraphQLError[]));
        return faults
          .slice(0, ready.viewer ? MOST_FAULTS.member : MOST_FAULTS.stranger)
          .map((fault) => options.mask(fault, ready));
      });
    },
  };
}

const introspectionFault = (document: DocumentNode): GraphQLError | null =>
  isIntrospection(document)
    ? new GraphQLError(
        'The schema is not shown here. Sign in as a member who may run agents, or use the schema.graphql of the release.',
        { extensions: { code: 'INTROSPECTION_DISABLED' } },
      )
    : null;
