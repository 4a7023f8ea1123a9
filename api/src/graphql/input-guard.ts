import SchemaBuilder, { BasePlugin, type PothosOutputFieldConfig, type SchemaTypes } from '@pothos/core';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLInputField,
  type GraphQLInputType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { ValidationError, type ValidationIssue } from '../platform/errors.ts';
import type { GraphQLContext } from './context.ts';

/**
 * The input guard looks at every argument of every field before anybody works with it, and refuses what GraphQL allows
 * and PostgreSQL cannot store or compare: half characters, NUL, lists without end, JSON without a bottom. A
 * ValidationError names each place.
 */
const PLUGIN = 'studioInputGuard';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      studioInputGuard: InputGuardPlugin<Types>;
    }
  }
}

/** Values of one list. A condition with more is slow, and one with 32,768 is none that PostgreSQL takes. */
const MOST_LIST_VALUES = 100;
/** Objects within objects of a JSON value. Nobody writes more; code that walks it must not run out of stack. */
const MOST_JSON_LEVELS = 32;

/** Reports what is wrong with a value; null: no value of this type can be wrong. */
type Check = ((value: unknown, path: string[], report: (issue: ValidationIssue) => void) => void) | null;
type PluginResolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>;

class InputGuardPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override wrapResolve(
    resolver: PluginResolve<Types>,
    field: PothosOutputFieldConfig<Types>,
  ): PluginResolve<Types> {
    // A subscription's arguments are looked at when it is opened, not at each event.
    return field.kind === 'Subscription' ? resolver : guarded(resolver, field);
  }

  override wrapSubscribe(
    subscribe: PluginResolve<Types> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ): PluginResolve<Types> | undefined {
    return subscribe && guarded(subscribe, field);
  }
}

function guarded<Types extends SchemaTypes>(
  resolver: PluginResolve<Types>,
  field: PothosOutputFieldConfig<Types>,
): PluginResolve<Types> {
  if (Object.keys(field.args).length === 0) return resolver;
  return (parent, args, ctx, info) => {
    const type = info.parentType;
    if (isObjectType(type)) checkArguments(type.getFields()[info.fieldName]!, args);
    return resolver(parent, args, ctx, info);
  };
}

const checks = new WeakMap<GraphQLField<unknown, GraphQLContext>, Check>();

/** Throws ValidationError for what cannot be stored or compared. */
export function checkArguments(field: GraphQLField<unknown, GraphQLContext>, args: object): void {
  let check = checks.get(field);
  if (check === undefined) checks.set(field, (check = checkOfInlets(() => field.args, new Map())));
  if (!check) return;
  const issues: ValidationIssue[] = [];
  check(args, [], (issue) => issues.push(issue));
  if (issues.length > 0) throw new ValidationError(issues);
}

function checkOf(type: GraphQLInputType, above: Map<string, Check>): Check {
  if (isNonNullType(type)) return checkOf(type.ofType, above);
  if (isListType(type)) return checkOfList(checkOf(type.ofType, above));
  if (isInputObjectType(type)) {
    if (!above.has(type.name)) {
      // An input may contain itself: that place looks its check up when it is needed.
      above.set(type.name, (value, path, report) => above.get(type.name)?.(value, path, report));
      above.set(
        type.name,
        checkOfInlets(() => Object.values(type.getFields()), above),
      );
    }
    return above.get(type.name)!;
  }
  if (type.name === 'String' || type.name === 'ID') return checkText;
  return type.name.startsWith('JSON') ? checkJson : null;
}

function checkOfInlets(
  inletsOf: () => readonly (GraphQLArgument | GraphQLInputField)[],
  above: Map<string, Check>,
): Check {
  const inlets = inletsOf()
    .map(({ name, type }) => ({ name, check: checkOf(type, above) }))
    .filter(({ check }) => check !== null);
  if (inlets.length === 0) return null;
  return (value, path, report) => {
    for (const { name, check } of inlets) {
      const given = (value as Record<string, unknown>)[name];
      if (given !== undefined && given !== null) check!(given, [...path, name], report);
    }
  };
}

const checkOfList =
  (check: Check): Check =>
  (value, path, report) => {
    const values = value as unknown[];
    if (values.length > MOST_LIST_VALUES) {
      report({ message: `Give at most ${MOST_LIST_VALUES} values at once.`, path });
      return;
    }
    if (!check) return;
    values.forEach((item, index) => {
      if (item !== undefined && item !== null) check(item, [...path, String(index)], report);
    });
  };

const checkText: Check = (value, path, report) => {
  const fault = typeof value === 'string' ? faultOfText(value) : null;
  if (fault) report({ message: fault, path });
};

/** Half of a character that UTF-16 writes in two. */
const LONE_SURROGATE = /\p{Surrogate}/u;

function faultOfText(text: string): string | null {
  if (text.includes('\0')) return 'A text cannot contain the character NUL (U+0000). Leave it out.';
  if (LONE_SURROGATE.test(text))
    return 'The text contains half of a character (a lone surrogate). Leave it out.';
  return null;
}

const checkJson: Check = (value, path, report) => {
  const fault = faultOfJson(value, MOST_JSON_LEVELS);
  if (fault) report({ message: fault, path });
};

function faultOfJson(value: unknown, levels: number): string | null {
  if (typeof value === 'string') return faultOfText(value);
  if (typeof value !== 'object' || value === null) return null;
  if (levels === 0) return `A JSON value has at most ${MOST_JSON_LEVELS} levels. Make it flatter.`;
  for (const [key, inner] of Object.entries(value)) {
    const fault = faultOfText(key) ?? faultOfJson(inner, levels - 1);
    if (fault) return fault;
  }
  return null;
}

SchemaBuilder.registerPlugin(PLUGIN, InputGuardPlugin as never);

export default PLUGIN;
