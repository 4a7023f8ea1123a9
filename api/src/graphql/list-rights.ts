import {
  type GraphQLArgument,
  type GraphQLEnumValue,
  type GraphQLField,
  type GraphQLFieldResolver,
  type GraphQLInputField,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isObjectType,
} from 'graphql';
import type { Noun, Policy, StudioAbility } from '../domains/policy.ts';
import { ForbiddenError } from '../platform/errors.ts';
import type { GraphQLContext } from './context.ts';

/**
 * The rights of conditions and orders. Whoever filters by a field finds out its values from what is listed and counted, so
 * each condition and each order names the fields of a policy that it tells about, and takes the right to read them.
 */
export interface Tells {
  noun: Noun;
  fields: readonly string[];
}

/** The mark that an input field or an enum value carries; an input field whose values tell says `byValue`. */
export const telling = (tells: Tells | 'byValue' | 'nothing') => ({ extensions: { tells } });

type Mark = Tells | 'byValue' | 'nothing' | undefined;
const markOf = ({ extensions }: GraphQLInputField | GraphQLEnumValue): Mark => extensions['tells'] as Mark;

type Resolve = GraphQLFieldResolver<unknown, GraphQLContext, object>;
interface FieldWithArgs {
  kind: string;
  args: Record<string, { type: { kind: string } }>;
}

const hasConditions = ({ kind, args }: FieldWithArgs): boolean =>
  kind !== 'Mutation' && Object.values(args).some(({ type }) => type.kind === 'InputObject');

/** Refuses arguments that tell what the viewer may not read, before anything is read. */
export function checkTells(resolver: Resolve, field: FieldWithArgs): Resolve {
  if (!hasConditions(field)) return resolver;
  return (parent, args, ctx, info) => {
    refuseTelling(info.parentType.getFields()[info.fieldName]!, args, ctx.ability);
    return resolver(parent, args, ctx, info);
  };
}

/** Throws FORBIDDEN at the first condition or order that tells what the viewer may not read. */
export function refuseTelling(
  field: GraphQLField<unknown, unknown>,
  args: object,
  ability: StudioAbility,
): void {
  for (const argument of field.args) {
    const value = (args as Record<string, unknown>)[argument.name];
    const type = getNamedType(argument.type);
    if (!isInputObjectType(type) || value === null || value === undefined) continue;
    for (const part of Object.values(type.getFields())) {
      const given = (value as Record<string, unknown>)[part.name];
      // What is null or false asks for nothing.
      if (given === null || given === undefined || given === false) continue;
      const tells = tellsOf(part, given);
      const denied = tells?.fields.find((name) => !ability.can('read', tells.noun, name));
      if (denied === undefined) continue;
      throw new ForbiddenError(
        `You may not list by this: it tells ${tells!.noun}.${denied}, which you may not read.`,
        [argument.name, part.name],
      );
    }
  }
}

function tellsOf(part: GraphQLInputField, given: unknown): Tells | null {
  const mark = markOf(part);
  if (mark === 'nothing' || mark === undefined) return null;
  if (mark !== 'byValue') return mark;
  const type = getNamedType(part.type);
  const value = isEnumType(type) && type.getValues().find((candidate) => candidate.value === given);
  return value ? (markOf(value) as Tells) : null;
}

/** Throws when a condition or an order does not name fields of a policy: such a schema must not be built. */
export function requireTells(schema: GraphQLSchema, policies: readonly Policy[]): void {
  const mutation = schema.getMutationType();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type === mutation || type.name.startsWith('__')) continue;
    for (const field of Object.values(type.getFields())) {
      for (const argument of field.args) requireTellsOf(argument, policies);
    }
  }
}

function requireTellsOf(argument: GraphQLArgument, policies: readonly Policy[]): void {
  const type = getNamedType(argument.type);
  if (!isInputObjectType(type)) return;
  for (const part of Object.values(type.getFields())) {
    const mark = markOf(part);
    const partType = getNamedType(part.type);
    const told = mark === 'byValue' && isEnumType(partType) ? partType.getValues().map(markOf) : [mark];
    for (const tells of told) {
      if (tells === 'nothing') continue;
      if (typeof tells !== 'object' || tells.fields.length === 0) {
        throw new Error(
          `${type.name}.${part.name} does not say what it tells. Name the fields of a policy: telling({ noun, fields }).`,
        );
      }
      const policy = policies.find(({ noun }) => noun === tells.noun);
      const unknown = tells.fields.find((name) => policy?.fields[name] === undefined);
      if (unknown !== undefined) {
        throw new Error(
          `${type.name}.${part.name} tells ${tells.noun}.${unknown}, of which no policy speaks.`,
        );
      }
    }
  }
}
