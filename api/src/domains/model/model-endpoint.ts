import type { ModelEndpoint } from '../../drivers/driver.ts';
import type { ModelProviderKind } from '../../generated/prisma/enums.ts';
import type { Machine } from '../context.ts';

/** A model provider as a run uses it. */
export interface ProviderForRun {
  name: string;
  endpoint: ModelEndpoint;
  defaultModel: string;
  /** US dollars per million tokens, which is micro-dollars per token; null when unknown. */
  prices: { input: number; output: number } | null;
}

/** With its key opened. Null when it is gone. Throws VaultError when the key was sealed by another master key. */
export async function findProviderForRun(
  machine: Pick<Machine, 'db' | 'vault'>,
  args: { organizationId: string; id: string },
): Promise<ProviderForRun | null> {
  const row = await machine.db.modelProvider.findFirst({
    where: { id: args.id, organizationId: args.organizationId },
  });
  if (!row) return null;
  const apiKey =
    row.apiKey && machine.vault.open(row.apiKey, { table: 'ModelProvider', id: row.id, field: 'apiKey' });
  const isPriced = row.inputTokenPrice !== null && row.outputTokenPrice !== null;
  return {
    name: row.name,
    endpoint: { kind: row.kind satisfies ModelProviderKind, baseUrl: row.baseUrl, apiKey },
    defaultModel: row.defaultModel,
    prices: isPriced ? { input: Number(row.inputTokenPrice), output: Number(row.outputTokenPrice) } : null,
  };
}
