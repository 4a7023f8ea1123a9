import type { McpToolDefinition } from '../../drivers/driver.ts';
import { digestJson } from '../../platform/crypto.ts';

/** A definition as it is stored with a ServerTool: what the model would be told. */
export type ToolSpecification = Omit<McpToolDefinition, 'fault'>;

/**
 * The hash that a person's approval is bound to. The title is left out: it is for people, and a model never sees it.
 */
export const hashDefinition = ({ name, description, inputSchema, annotations }: ToolSpecification): string =>
  digestJson({ name, description, inputSchema, annotations });
