import type { JsonObject, McpToolDefinition } from '../driver.ts';
import { toStorable } from '../outside-text.ts';
import { findFault } from './json-schema.ts';
import { capText } from './mcp-result.ts';

/** A description is part of every prompt: 8 KB is two thousand tokens for one tool. */
const maxDescriptionBytes = 8 * 1024;
/** So is a schema. */
const maxSchemaBytes = 64 * 1024;
const maxNameCharacters = 256;

const isRecord = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

/**
 * What a server lists, one by one: a tool that no model can be told of keeps its fault and costs the others nothing. What
 * has no name cannot even be named, and is left out; so is a name that was there before.
 */
export function toDefinitions(listed: unknown[]): McpToolDefinition[] {
  const tools = new Map<string, McpToolDefinition>();
  for (const one of listed) {
    if (!isRecord(one)) continue;
    const told = textOf(one['name']);
    const name = toStorable(told);
    if (name === '' || name.length > maxNameCharacters || tools.has(name)) continue;
    tools.set(name, toDefinition(name, one, name === told ? null : unwritableName));
  }
  return [...tools.values()];
}

const unwritableName =
  'Its name contains NUL or half of a character, so it cannot be called. Whoever runs the server can mend it.';

function toDefinition(name: string, tool: JsonObject, nameFault: string | null): McpToolDefinition {
  const { inputSchema } = tool;
  const annotations = isRecord(tool['annotations']) ? tool['annotations'] : {};
  const schemaFault = findSchemaFault(inputSchema);
  const fault =
    nameFault ??
    (schemaFault === null
      ? null
      : `Its input schema is not one: ${schemaFault}. Whoever runs the server can mend it.`);
  return {
    name,
    title: textOf(tool['title']) || textOf(annotations['title']) || null,
    description: capText(textOf(tool['description']), maxDescriptionBytes).text,
    inputSchema: schemaFault === null && isRecord(inputSchema) ? inputSchema : { type: 'object' },
    annotations,
    ...(fault === null ? {} : { fault }),
  };
}

function findSchemaFault(schema: unknown): string | null {
  if (!isRecord(schema)) return 'it is no object';
  if (schema['type'] !== 'object') return 'type must be object';
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > maxSchemaBytes) return `it has ${bytes} bytes; at most ${maxSchemaBytes} are taken`;
  return findFault(schema);
}
