import { type Ability, type AbilityTuple, type ForcedSubject, type RawRuleOf, subject } from '@casl/ability';
import { accessibleBy, createPrismaAbility, type PrismaQueryOf } from '@casl/prisma/runtime';
import { ForbiddenError, UnauthenticatedError } from '../platform/errors.ts';
import type { Prisma } from '../generated/prisma/client.ts';
import type { ServiceContext } from './context.ts';

/**
 * The vocabulary of authorization. Each noun declares its rules once, in `<noun>.policy.ts`; `ability.ts` gathers them.
 * Nothing is allowed that no rule names.
 */

/** From least to most. */
export const ROLES = ['USER', 'VIEWER', 'OPERATOR', 'MANAGER', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

export const hasRank = (role: Role, least: Role): boolean => ROLES.indexOf(role) >= ROLES.indexOf(least);

export const ACTIONS = [
  'read',
  'create',
  'update',
  'delete',
  'run',
  'cancel',
  'retry',
  'validate',
  'activate',
  'test',
  'sync',
  'maintain',
  'grant',
  'revoke',
  'verify',
  'resolve',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Models that nobody reads through the API, so that no rule speaks of them; some have no code yet. */
export const MODELS_WITHOUT_RULES = [
  'ApiKey',
  'AuditHead',
  'Conversation',
  'ExecutionFollowUp',
  'ExecutionMonth',
  'ExecutionSearchText',
  'ExecutionStep',
  'IdempotencyKey',
  'Invitation',
  'Message',
  'RefreshToken',
  'ServerCredential',
  'ServerHealthSample',
  'SigningKey',
  'StreamToken',
  'TaskDependency',
  'TaskLastRun',
  'Webhook',
  'WebhookDelivery',
] as const satisfies Prisma.ModelName[];

/** Models that a rule can speak of. */
export type Noun = Exclude<Prisma.ModelName, (typeof MODELS_WITHOUT_RULES)[number]>;

/** What stands behind a viewer: a sign-in, a key, the token of one stream, or work that a user has caused. */
export interface Via {
  kind: 'session' | 'apiKey' | 'streamToken' | 'job';
  id: string;
}

/** Who asks, with what rights at this moment, and by what. */
export interface Viewer {
  userId: string;
  organizationId: string;
  role: Role;
  via: Via;
}

export interface Policy {
  noun: Noun;
  /** The rows that a viewer may see or act on, as an equality condition on columns of the noun. */
  rows: (viewer: Viewer) => Record<string, string>;
  /** `rows` in words, for docs/permissions.md. */
  rowsInWords: string;
  /** GraphQL field → the least role that may read it. */
  fields: Readonly<Record<string, Role>>;
  /** Column → the field that shows it, where the two have different names: the audit log may then keep its values. */
  columns?: Readonly<Record<string, string>>;
  /** Action → the least role that may perform it. `read` follows from `fields`. */
  actions: Readonly<Partial<Record<Exclude<Action, 'read'>, Role>>>;
}

export const definePolicy = <const P extends Policy>(policy: P): P => policy;

/** Rows of the viewer's organization: the condition of nearly every noun. */
export const ofOrganization = (viewer: Viewer): { organizationId: string } => ({
  organizationId: viewer.organizationId,
});

type Conditions = PrismaQueryOf<Prisma.TypeMap>;
export type StudioAbility = Ability<AbilityTuple<Action, Noun | ForcedSubject<Noun>>, Conditions>;

/** The rights of one viewer; of nobody, none. */
export function createAbility(viewer: Viewer | null, policies: readonly Policy[]): StudioAbility {
  const rules: RawRuleOf<StudioAbility>[] = [];
  if (viewer) {
    for (const policy of policies) {
      const conditions = policy.rows(viewer) as Conditions;
      const fields = Object.keys(policy.fields).filter((field) =>
        hasRank(viewer.role, policy.fields[field]!),
      );
      if (fields.length > 0) rules.push({ action: 'read', subject: policy.noun, fields, conditions });
      for (const [action, least] of Object.entries(policy.actions) as [Action, Role][]) {
        if (hasRank(viewer.role, least)) rules.push({ action, subject: policy.noun, conditions });
      }
    }
  }
  return createPrismaAbility<StudioAbility>(rules);
}

const NO_FIELDS: ReadonlySet<string> = new Set();

interface ReadRule {
  fields: ReadonlySet<string>;
  rows: readonly (readonly [column: string, value: string])[];
  /** Equal for equal rules. */
  text: string;
}
const readRules = new WeakMap<StudioAbility, Map<Noun, ReadRule | null>>();

/** What an ability says of reading a noun: a policy makes one rule of it, by the role, and an equality on columns. */
function readRuleOf(ability: StudioAbility, noun: Noun): ReadRule | null {
  let nouns = readRules.get(ability);
  if (!nouns) readRules.set(ability, (nouns = new Map<Noun, ReadRule | null>()));
  let known = nouns.get(noun);
  if (known === undefined) {
    const [rule] = ability.rulesFor('read', noun);
    known = rule ? toReadRule(rule) : null;
    nouns.set(noun, known);
  }
  return known;
}

function toReadRule({ fields = [], conditions }: ReturnType<StudioAbility['rulesFor']>[number]): ReadRule {
  const rows = Object.entries(conditions as unknown as Record<string, string>);
  return { fields: new Set(fields), rows, text: JSON.stringify([rows, fields]) };
}

/** What an ability says of reading a noun, as a text: who has the same may read the same fields of the same rows. */
export const readRightsText = (ability: StudioAbility, noun: Noun): string =>
  readRuleOf(ability, noun)?.text ?? '';

/** The fields of this row that the ability may read; none when the row is out of reach. */
export function readableFields(ability: StudioAbility, noun: Noun, row: object): ReadonlySet<string> {
  const rule = readRuleOf(ability, noun);
  if (!rule) return NO_FIELDS;
  for (const [column, value] of rule.rows)
    if ((row as Record<string, unknown>)[column] !== value) return NO_FIELDS;
  return rule.fields;
}

export const canActOn = (ability: StudioAbility, action: Action, noun: Noun, row: object): boolean =>
  ability.can(action, subject(noun, { ...row }));

/** What a policy speaks of: an action that it does not declare does not compile. */
export type ActionOf<P extends Policy> = 'read' | (keyof P['actions'] & Action);

/** First line of a service verb: throws UNAUTHENTICATED or FORBIDDEN, else returns the viewer. */
export function authorize<P extends Policy>(
  ctx: Pick<ServiceContext, 'viewer' | 'ability'>,
  action: ActionOf<P>,
  { noun }: P,
): Viewer {
  if (!ctx.viewer) throw new UnauthenticatedError();
  if (!ctx.ability.can(action, noun)) {
    throw new ForbiddenError(
      `Your role ${ctx.viewer.role} may not ${action} ${noun}. Ask an administrator of your organization.`,
    );
  }
  return ctx.viewer;
}

type WhereOf<N extends Noun> = Exclude<
  NonNullable<Prisma.TypeMap['model'][N]['operations']['findMany']['args']['where']>,
  typeof Prisma.skip
>;

/**
 * The only producer of a tenant's `where`: rows on which the viewer may perform the action. Combine it as
 * `{ AND: [scoped(…), filter] }`; never spread it.
 */
export function scoped<N extends Noun>(
  ctx: Pick<ServiceContext, 'ability'>,
  action: Action,
  noun: N,
): WhereOf<N> {
  // An ability without a rule must match nothing; in a nested AND an empty condition would match everything.
  if (!ctx.ability.can(action, noun)) return { id: { in: [] as string[] } } as unknown as WhereOf<N>;
  const where = accessibleBy(ctx.ability, action).ofType(noun as 'Agent') as WhereOf<N>;
  assertNarrow(where, noun);
  return where;
}

/** A condition that says nothing would open every tenant: better no answer than that one. */
function assertNarrow(where: object, noun: Noun): void {
  const text = JSON.stringify(where);
  if (Object.keys(where).length === 0 || text === '{}' || !/"(organizationId|id|userId)":"/.test(text)) {
    throw new Error(`The condition on ${noun} does not name a tenant: ${text}`);
  }
}
