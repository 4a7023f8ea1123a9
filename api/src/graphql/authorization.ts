import SchemaBuilder, {
  BasePlugin,
  type FieldNullability,
  type InputFieldMap,
  type PothosOutputFieldConfig,
  type PothosTypeConfig,
  type SchemaTypes,
  type TypeParam,
  unwrapOutputFieldType,
} from '@pothos/core';
import type { GraphQLFieldResolver, GraphQLSchema } from 'graphql';
import {
  type Action,
  authorize,
  hasRank,
  type Noun,
  type Policy,
  readableFields,
} from '../domains/policy.ts';
import { ForbiddenError } from '../platform/errors.ts';
import type { GraphQLContext } from './context.ts';
import { checkTells, refuseTelling, requireTells } from './list-rights.ts';

/**
 * The authorization plugin. It reads the policies and refuses to build a schema in which a field has no rule:
 *
 * - an object type names its noun (`access: { noun }`); each of its fields needs a line in that noun's policy;
 * - a type may instead be `carried`: a payload, an edge, a value that belongs to the field that returned it; never the row of
 *   a noun, whose fields would be open to everybody then;
 * - a root field says who may call it: `anyone`, `member`, or `{ action, noun }`.
 *
 * At run time a field that the viewer may not read throws FORBIDDEN at its path, and an object out of the viewer's
 * reach is absent (null).
 */
export type NounAccess = { noun: Noun; /** Prefix of the policy's field names. */ as?: string };
export type TypeAccess = NounAccess | 'carried';
export type RootAccess = 'anyone' | 'member' | { action: Action; noun: Noun };

const PLUGIN = 'studioAuthorization';

declare global {
  export namespace PothosSchemaTypes {
    export interface Plugins<Types extends SchemaTypes> {
      studioAuthorization: AuthorizationPlugin<Types>;
    }
    export interface ObjectTypeOptions<Types extends SchemaTypes, Shape> {
      /** What belongs to an organization is a row of a noun, whatever it is read as. */
      access?: 'organizationId' extends keyof Shape ? NounAccess : TypeAccess;
    }
    export interface QueryFieldOptions<Types extends SchemaTypes, Type, Nullable, Args, ResolveReturnShape> {
      access: RootAccess;
    }
    export interface MutationFieldOptions<
      Types extends SchemaTypes,
      Type,
      Nullable,
      Args,
      ResolveReturnShape,
    > {
      access: RootAccess;
    }
    export interface SubscriptionFieldOptions<
      Types extends SchemaTypes,
      Type extends TypeParam<Types>,
      Nullable extends FieldNullability<Type>,
      Args extends InputFieldMap,
      ResolveShape,
      ResolveReturnShape,
    > {
      access: RootAccess;
    }
    export interface BuildSchemaOptions<Types extends SchemaTypes> {
      policies: readonly Policy[];
    }
  }
}

type Resolve = GraphQLFieldResolver<unknown, GraphQLContext, object>;
type PluginResolve<Types extends SchemaTypes> = GraphQLFieldResolver<unknown, Types['Context'], object>;

class AuthorizationPlugin<Types extends SchemaTypes> extends BasePlugin<Types> {
  override onTypeConfig(type: PothosTypeConfig): PothosTypeConfig {
    const model = (type.extensions as { pothosPrismaModel?: string } | undefined)?.pothosPrismaModel;
    if (model !== undefined && accessOf(type) === 'carried') {
      throw new Error(`Type ${type.name} is a row of ${model}. Say access: { noun: '${model}' }.`);
    }
    return type;
  }

  override onOutputFieldConfig(field: PothosOutputFieldConfig<Types>): PothosOutputFieldConfig<Types> {
    if (field.args.first && field.args.last && !field.extensions?.listing) {
      throw new Error(
        `${field.parentType}.${field.name} pages by hand. Make it with defineList, which lists what the viewer may see.`,
      );
    }
    if (isRootKind(field.kind)) {
      this.requireRootRule(field);
    } else if (field.kind !== 'Interface') {
      return this.withNullability(field, this.requireRule(field));
    }
    return field;
  }

  /**
   * A value that every role may read is never null, unless its field says `nullable: true`. Objects of a noun stay
   * nullable, because one out of reach is absent.
   */
  private withNullability(
    field: PothosOutputFieldConfig<Types>,
    isReadableByAll: boolean,
  ): PothosOutputFieldConfig<Types> {
    const { nullable } = field.pothosOptions as { nullable?: unknown };
    if (!isReadableByAll || nullable !== undefined || field.type.kind === 'Object') return field;
    return { ...field, type: { ...field.type, nullable: false } };
  }

  override afterBuild(schema: GraphQLSchema): GraphQLSchema {
    requireTells(schema, this.options.policies);
    return schema;
  }

  override wrapResolve(
    resolver: PluginResolve<Types>,
    field: PothosOutputFieldConfig<Types>,
  ): PluginResolve<Types> {
    return this.guard(resolver as Resolve, field) as PluginResolve<Types>;
  }

  private guard(resolver: Resolve, field: PothosOutputFieldConfig<Types>): Resolve {
    const reachable = this.hideOutOfReach(checkTells(resolver, field), field);
    if (isRootKind(field.kind)) {
      if (field.kind === 'Subscription') return reachable;
      return (parent, args, ctx, info) => {
        this.checkRoot(rootAccess(field)!, ctx);
        return reachable(parent, args, ctx, info);
      };
    }
    const access = this.typeAccess(field.parentType);
    if (access === undefined || access === 'carried') return reachable;
    const name = policyField(access, field.name);
    return (parent, args, ctx, info) => {
      if (!readableFields(ctx.ability, access.noun, parent as object).has(name)) {
        throw new ForbiddenError(`You may not read ${field.parentType}.${field.name}.`);
      }
      return reachable(parent, args, ctx, info);
    };
  }

  override wrapSubscribe(
    subscribe: PluginResolve<Types> | undefined,
    field: PothosOutputFieldConfig<Types>,
  ): PluginResolve<Types> | undefined {
    if (!subscribe || field.kind !== 'Subscription') return subscribe;
    return (parent, args, ctx, info) => {
      const context = ctx as unknown as GraphQLContext;
      this.checkRoot(rootAccess(field)!, context);
      refuseTelling(info.parentType.getFields()[info.fieldName]!, args, context.ability);
      return subscribe(parent, args, ctx, info);
    };
  }

  private requireRootRule(field: PothosOutputFieldConfig<Types>): void {
    const access = rootAccess(field);
    if (!access) {
      throw new Error(
        `${field.parentType}.${field.name} has no access rule. Say access: 'anyone', 'member' or { action, noun }.`,
      );
    }
    if (typeof access === 'string' || access.action === 'read') return;
    if (this.policy(access.noun).actions[access.action] === undefined) {
      throw new Error(
        `${field.parentType}.${field.name} asks for ${access.action}, which the ${access.noun} policy does not declare.`,
      );
    }
  }

  /** Whether every role may read the field. */
  private requireRule(field: PothosOutputFieldConfig<Types>): boolean {
    const access = this.typeAccess(field.parentType);
    if (access === undefined) {
      throw new Error(
        `Type ${field.parentType} has no access rule. Say access: { noun } or access: 'carried'.`,
      );
    }
    if (access === 'carried') return false;
    const policy = this.policy(access.noun);
    const least = policy.fields[policyField(access, field.name)];
    if (least === undefined) {
      throw new Error(
        `${field.parentType}.${field.name} has no rule. Add ${policyField(access, field.name)} to the fields of the ${access.noun} policy.`,
      );
    }
    // Whoever may read any field may read the id; to all others the whole object is absent, so that it is never null.
    const isReadableByAll =
      field.name === 'id'
        ? Object.values(policy.fields).every((role) => hasRank(role, least))
        : least === 'USER';
    if (!isReadableByAll && !field.type.nullable) {
      throw new Error(
        `${field.parentType}.${field.name} may be denied to some roles, so it must be nullable.`,
      );
    }
    return isReadableByAll;
  }

  /** Objects that the viewer may not see look absent, whichever way led to them. */
  private hideOutOfReach(resolver: Resolve, field: PothosOutputFieldConfig<Types>): Resolve {
    const ref = unwrapOutputFieldType(field.type);
    const config = this.buildCache.getTypeConfig(ref);
    const access = config.kind === 'Object' ? accessOf(config) : undefined;
    if (access === undefined || access === 'carried') return resolver;
    const { noun } = access;
    return (parent, args, ctx, info) => {
      const isHidden = (row: unknown) =>
        row !== null &&
        typeof row === 'object' &&
        !(row instanceof Error) &&
        readableFields(ctx.ability, noun, row).size === 0;
      const hide = (result: unknown) => {
        if (Array.isArray(result)) return result.filter((row) => !isHidden(row));
        return isHidden(result) ? null : result;
      };
      const result = resolver(parent, args, ctx, info) as unknown;
      return result instanceof Promise ? result.then(hide) : hide(result);
    };
  }

  private checkRoot(access: RootAccess, ctx: GraphQLContext): void {
    if (access === 'anyone') return;
    ctx.requireViewer();
    if (access !== 'member') authorize(ctx, access.action, this.policy(access.noun));
  }

  private typeAccess(typeName: string): TypeAccess | undefined {
    return accessOf(this.buildCache.getTypeConfig(typeName));
  }

  private policy(noun: Noun): Policy {
    const policy = this.options.policies.find((candidate) => candidate.noun === noun);
    if (!policy) throw new Error(`No policy speaks of ${noun}. Write one and add it to ability.ts.`);
    return policy;
  }
}

const isRootKind = (kind: string): boolean =>
  kind === 'Query' || kind === 'Mutation' || kind === 'Subscription';

const accessOf = (config: PothosTypeConfig): TypeAccess | undefined =>
  (config.pothosOptions as { access?: TypeAccess }).access;

const rootAccess = (field: { pothosOptions: unknown }): RootAccess | undefined =>
  (field.pothosOptions as { access?: RootAccess }).access;

export const policyField = (access: { as?: string }, name: string): string =>
  access.as ? `${access.as}.${name}` : name;

SchemaBuilder.registerPlugin(PLUGIN, AuthorizationPlugin as never);

export default PLUGIN;
