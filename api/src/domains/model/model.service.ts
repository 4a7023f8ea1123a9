import { z } from 'zod';
import { ModelProviderKind } from '../../generated/prisma/enums.ts';
import { isUniqueViolation } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { invalid, parseInput, uncleared } from '../../platform/input.ts';
import { checkAddress, isOtherOrigin } from '../address.ts';
import { change, changesOf } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { authorize, scoped } from '../policy.ts';
import { newRowId } from '../row-id.ts';
import { lockRow } from '../row-lock.ts';
import { secretHint } from '../secret-hint.ts';
import { modelProviderPolicy } from './model.policy.ts';

const name = z
  .string({ error: 'Enter a name.' })
  .trim()
  .min(1, 'Enter a name.')
  .max(100, 'Keep the name to 100 characters.');
const defaultModel = z
  .string({ error: 'Enter the name of a model.' })
  .trim()
  .min(1, 'Enter the name of a model.')
  .max(200, 'The name of a model has at most 200 characters.');
const baseUrl = z.string().trim().max(2_000, 'An address has at most 2000 characters.');
const apiKey = z
  .string()
  .trim()
  .min(1, 'Enter the key, or null for none.')
  .max(4_000, 'A key has at most 4000 characters.')
  .regex(/^[\x21-\x7e]+$/, 'A key consists of printable characters without spaces.');
/** US dollars per million tokens, as the column holds them. */
const price = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,6})?$/, 'A price is between 0 and 999999.999999 US dollars per million tokens.');

const creation = z.strictObject({
  name,
  kind: z.enum(ModelProviderKind),
  baseUrl: baseUrl.nullish(),
  apiKey: apiKey.nullish(),
  defaultModel,
  inputTokenPrice: price.nullish(),
  outputTokenPrice: price.nullish(),
});

/** Throws ValidationError, ConflictError. */
export async function createModelProvider(
  ctx: ServiceContext,
  input: z.input<typeof creation>,
): Promise<{ id: string }> {
  authorize(ctx, 'create', modelProviderPolicy);
  const data = parseInput(creation, input);
  await checkEndpoint(ctx, {
    kind: data.kind,
    baseUrl: data.baseUrl ?? null,
    hasApiKey: Boolean(data.apiKey),
  });
  const id = newRowId(ctx.clock.now());
  const adding = { action: 'create', policy: modelProviderPolicy, operation: 'modelProviderCreate' } as const;
  return orNameTaken(
    change(ctx, adding, async ({ tx, viewer, record }) => {
      const provider = await tx.modelProvider.create({
        data: {
          id,
          organizationId: viewer.organizationId,
          name: data.name,
          kind: data.kind,
          baseUrl: data.baseUrl ?? null,
          defaultModel: data.defaultModel,
          inputTokenPrice: data.inputTokenPrice ?? null,
          outputTokenPrice: data.outputTokenPrice ?? null,
          ...sealApiKey(ctx, id, data.apiKey ?? null),
        },
      });
      record({ policy: modelProviderPolicy, id }, null, provider);
      return { id };
    }),
  );
}

const update = z.strictObject({
  name: uncleared(name),
  baseUrl: baseUrl.nullish(),
  apiKey: apiKey.nullish(),
  defaultModel: uncleared(defaultModel),
  inputTokenPrice: price.nullish(),
  outputTokenPrice: price.nullish(),
});

/** Absent is unchanged, null clears. Throws ValidationError, NotFoundError, ConflictError. */
export async function updateModelProvider(
  ctx: ServiceContext,
  args: { id: string; input: z.input<typeof update> },
) {
  authorize(ctx, 'update', modelProviderPolicy);
  const { apiKey: newKey, ...data } = parseInput(update, args.input);
  const where = { AND: [scoped(ctx, 'update', 'ModelProvider'), { id: args.id }] };
  const before = await ctx.db.modelProvider.findFirst({ where });
  if (!before) throw new NotFoundError('model provider', ['input', 'modelProviderId']);
  const after = {
    kind: before.kind,
    baseUrl: data.baseUrl === undefined ? before.baseUrl : data.baseUrl,
    hasApiKey: newKey === undefined ? before.apiKey !== null : newKey !== null,
  };
  await checkEndpoint(ctx, after);
  // Whoever may change the address may not read the key; a new address must not be a way to receive it.
  const isMoved =
    after.baseUrl !== before.baseUrl &&
    (!after.baseUrl || !before.baseUrl || isOtherOrigin(before.baseUrl, after.baseUrl));
  if (isMoved && before.apiKey && newKey === undefined) {
    throw invalid('The address changes to another host. Enter the key again, or null for none.', 'apiKey');
  }
  const changes = changesOf({ ...data, ...(newKey === undefined ? {} : sealApiKey(ctx, args.id, newKey)) });
  const changing = {
    action: 'update',
    policy: modelProviderPolicy,
    operation: 'modelProviderUpdate',
  } as const;
  return orNameTaken(
    change(ctx, changing, async ({ tx, record }) => {
      const { count } = await tx.modelProvider.updateMany({
        // What was checked above is what is changed: a concurrent update makes this one match nothing.
        where: { AND: [...where.AND, { updatedAt: before.updatedAt }] },
        data: changes,
      });
      if (count === 0)
        throw new ConflictError('Somebody changed this model provider at the same time. Try again.');
      record({ policy: modelProviderPolicy, id: args.id }, before, { ...before, ...changes });
      return { id: args.id };
    }),
  );
}

/** Throws NotFoundError, and ConflictError while agents use it. */
export async function deleteModelProvider(ctx: ServiceContext, args: { id: string }) {
  const { id } = args;
  const path = ['input', 'modelProviderId'];
  const deletion = {
    action: 'delete',
    policy: modelProviderPolicy,
    operation: 'modelProviderDelete',
  } as const;
  return change(ctx, deletion, async ({ tx, viewer, record }) => {
    const { organizationId } = viewer;
    // An agent that is given it at this moment waits, and then does not find it.
    await lockRow(tx, 'ModelProvider', id, 'remove');
    const where = { AND: [scoped(ctx, 'delete', 'ModelProvider'), { id }] };
    const provider = await tx.modelProvider.findFirst({ where });
    if (!provider) throw new NotFoundError('model provider', path);
    const { live } = await ctx.dependents.countAgents(tx, { organizationId, modelProviderId: id });
    if (live > 0) {
      throw new ConflictError(
        `${live} ${live === 1 ? 'agent uses' : 'agents use'} this model provider. Give them another one first.`,
        { path },
      );
    }
    await ctx.dependents.forgetModelProvider(tx, { organizationId, modelProviderId: id });
    await tx.modelProvider.deleteMany({ where });
    record({ policy: modelProviderPolicy, id }, provider, null);
    return { id };
  });
}

interface Endpoint {
  kind: ModelProviderKind;
  baseUrl: string | null;
  hasApiKey: boolean;
}

async function checkEndpoint(ctx: ServiceContext, { kind, baseUrl, hasApiKey }: Endpoint): Promise<void> {
  if (kind === 'SIMULATED') {
    if (baseUrl) throw invalid('The simulated model has no address. Leave it out.', 'baseUrl');
    if (hasApiKey) throw invalid('The simulated model needs no key. Leave it out.', 'apiKey');
    return;
  }
  if (kind === 'OPENAI_COMPATIBLE') {
    if (!baseUrl)
      throw invalid('Enter the address of the endpoint, such as https://llm.example.com/v1.', 'baseUrl');
  } else if (!hasApiKey) {
    throw invalid(`Enter an API key: ${kind === 'OPENAI' ? 'OpenAI' : 'Anthropic'} requires one.`, 'apiKey');
  }
  if (baseUrl) await checkAddress(ctx, baseUrl, 'baseUrl');
}

function sealApiKey(ctx: ServiceContext, id: string, key: string | null) {
  if (key === null) return { apiKey: null, apiKeyHint: null };
  return {
    apiKey: ctx.vault.seal(key, { table: 'ModelProvider', id, field: 'apiKey' }),
    apiKeyHint: secretHint(key),
  };
}

async function orNameTaken<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new ConflictError('There is already a model provider of this name. Choose another.', {
      path: ['input', 'name'],
    });
  }
}
