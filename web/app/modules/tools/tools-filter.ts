import type { ToolDefinitionFilter, ToolKind } from '#app/gql/tools.ts';

export interface ToolsFilter {
  kind: ToolKind | null;
  search: string | null;
}

export function readToolsFilter(search: URLSearchParams): ToolsFilter {
  const kind = search.get('kind');
  return { kind: kind === 'MCP' || kind === 'CLI' ? kind : null, search: search.get('q')?.trim() || null };
}

export function toApiFilter({ kind, search }: ToolsFilter): ToolDefinitionFilter | undefined {
  if (!kind && !search) return undefined;
  return { ...(kind && { kind: { equals: kind } }), ...(search && { name: { contains: search } }) };
}
