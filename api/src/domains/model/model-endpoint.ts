import type { ModelEndpoint } from '../../drivers/driver.ts';
import type { ModelProvider } from '../../generated/prisma/client.ts';
import type { ModelProviderKind } from '../../generated/prisma/enums.ts';
import { rowsOf } from '../../platform/read-together.ts';
import type { Machine } from '../context.ts';

/** A model provider as a run uses it. */
export interface ProviderForRun {
  name: string;
  endpoint: ModelEndpoint;
  defaultModel: string;
  /** US dollars per million tokens, which is micro-dollars per token; null when unknown. */
  prices: { input: number; output: number } | null;
}

/** The provider of a run; none when it is gone. */
export const providerRows = (where: { organizationId: string; id: string }) =>
  rowsOf('ModelProvider', { where });

/** What `providerRows` found, with its key opened. Throws VaultError when it was sealed by another master key. */
export function providerForRun(machine: Pick<Machine, 'vault'>, row: ModelProvider): ProviderForRun {
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
