import {
  type ExecutionResult,
  getNamedType,
  getOperationAST,
  type GraphQLAbstractType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  isAbstractType,
  isObjectType,
} from 'graphql';
import { type Noun, readableFields, readRightsText, type StudioAbility } from '../domains/policy.ts';
import { UnsupportedError } from '../platform/row-conditions.ts';
import { policyField } from './authorization.ts';
import { type NamedOperation, orNull, planOnce } from './compiled-document.ts';
import {
  accessOf,
  fieldsOf,
  type Fragments,
  fragmentsOf,
  type Selected,
  selectionsOf,
} from './compiled-selection.ts';
import { writerOf, type Write } from './compiled-text.ts';
import type { GraphQLContext } from './context.ts';

/**
 * What a subscription sends of its events, made once for all watchers who asked for the same and have the same rights: it follows
 * from the event, the document and the rights alone. A field that looks at anything else, that the viewer may not read, or that
 * fails is left to the executor: null stands for that.
 */
export interface CompiledEvents {
  /** One for each event of the page. The same array for the same page. */
  answers(
    page: readonly object[],
    operation: NamedOperation,
    ability: StudioAbility,
  ): readonly (TextAnswer | null)[];
}

/** An answer as the text that is sent of it; who wants to look into it makes it of that. */
export class TextAnswer implements ExecutionResult {
  constructor(readonly json: string) {}

  get data(): Record<string, unknown> {
    return (JSON.parse(this.json) as { data: Record<string, unknown> }).data;
  }

  toJSON() {
    return { data: this.data };
  }
}

interface EventPlan {
  /** What the text of each answer begins with. */
  before: string;
  type: GraphQLAbstractType;
  selected: Selected;
  fragments: Fragments;
  /** What the events are to the policy. */
  nouns: readonly Noun[];
  /** By the name of the type of the event. */
  types: Map<string, TypePlan | null>;
  /** As long as a page lives, by rights. */
  pages: WeakMap<readonly object[], Map<string, readonly (TextAnswer | null)[]>>;
}

interface TypePlan {
  noun: Noun;
  /** Whether who may read these fields may read all that are selected; asked of each event, with few answers. */
  isShownTo: (readable: ReadonlySet<string>) => boolean;
  write: Write;
}

/** In the place of the context: an answer that depends on it is not everybody's. */
const NOBODYS = new Proxy({} as GraphQLContext, {
  get: (_target, name) => {
    throw new UnsupportedError(`an event that depends on ${String(name)} of the context`);
  },
});

export function createCompiledEvents(schema: GraphQLSchema): CompiledEvents {
  const planFor = planOnce((operation) => planOf(schema, operation));

  function typePlanFor(plan: EventPlan, event: object): TypePlan | null {
    const name = plan.type.resolveType?.(event, NOBODYS, {} as GraphQLResolveInfo, plan.type);
    const type = typeof name === 'string' ? schema.getType(name) : undefined;
    if (!isObjectType(type)) return null;
    let known = plan.types.get(type.name);
    if (known === undefined) {
      known = orNull(() => typePlanOf(type, plan));
      plan.types.set(type.name, known);
    }
    return known;
  }

  function answer(plan: EventPlan, event: object, ability: StudioAbility): TextAnswer | null {
    const typePlan = typePlanFor(plan, event);
    if (!typePlan?.isShownTo(readableFields(ability, typePlan.noun, event))) return null;
    const made = orNull(() => typePlan.write(event, NOBODYS));
    return made === null ? null : new TextAnswer(`${plan.before}${made}}}`);
  }

  return {
    answers(page, operation, ability) {
      const plan = planFor(operation);
      if (!plan) return page.map(() => null);
      let answers = plan.pages.get(page);
      if (!answers) plan.pages.set(page, (answers = new Map<string, readonly (TextAnswer | null)[]>()));
      const rights = plan.nouns.map((noun) => readRightsText(ability, noun)).join();
      let known = answers.get(rights);
      if (!known) answers.set(rights, (known = page.map((event) => answer(plan, event, ability))));
      return known;
    },
  };
}

function planOf(schema: GraphQLSchema, { document, operationName }: NamedOperation): EventPlan {
  const operation = getOperationAST(document, operationName)!;
  const fragments = fragmentsOf(document);
  const [selected, ...more] = fieldsOf(schema.getSubscriptionType()!, [operation.selectionSet], fragments);
  const type = selected?.field && getNamedType(selected.field.type);
  // Only where what is sent is the event itself.
  if (!selected || more.length > 0 || !isAbstractType(type) || !selected.field.extensions['sendsEvents'])
    throw new UnsupportedError('other than events');
  const nouns = schema.getPossibleTypes(type).map((possible) => nounOf(possible).noun);
  return {
    before: `{"data":{${JSON.stringify(selected.key)}:`,
    type,
    nouns: [...new Set(nouns)],
    selected,
    fragments,
    types: new Map(),
    pages: new WeakMap(),
  };
}

function nounOf(type: GraphQLObjectType): { noun: Noun; as?: string } {
  const access = accessOf(type);
  if (access === undefined || access === 'carried') throw new UnsupportedError(`${type.name} is no noun`);
  return access;
}

function typePlanOf(type: GraphQLObjectType, plan: EventPlan): TypePlan {
  const access = nounOf(type);
  const selected = fieldsOf(type, selectionsOf(plan.selected.nodes), plan.fragments);
  const shows = selected
    .filter(({ name }) => name !== '__typename')
    .map(({ name }) => policyField(access, name));
  const shownTo = new WeakMap<ReadonlySet<string>, boolean>();
  return {
    noun: access.noun,
    isShownTo(readable) {
      let isShown = shownTo.get(readable);
      if (isShown === undefined)
        shownTo.set(readable, (isShown = shows.every((field) => readable.has(field))));
      return isShown;
    },
    write: writerOf(type, selected, plan.fragments),
  };
}
