import { type JSONRPCMessage, parseJSONRPCMessage } from '@modelcontextprotocol/client';

/**
 * JSON-RPC error code under which a request is settled that was answered with what is no reply (`result: null`, say).
 * Local to this process and in the range that JSON-RPC leaves to implementations.
 */
export const invalidReplyCode = -32_097;

/**
 * A message of the far end; null for what is none. What is no JSON-RPC but names a request is a reply all the same: without
 * an error in its place, whoever asked would wait until the time limit and then not know what became of the call.
 */
export function readMessage(text: string): JSONRPCMessage | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null; // noise: a server that prints to stdout what was meant for people
  }
  return toMessage(value);
}

/** The same of what is parsed already. */
function toMessage(value: unknown): JSONRPCMessage | null {
  try {
    return parseJSONRPCMessage(value);
  } catch {
    const id = idOf(value);
    if (id === undefined) return null;
    const error = { code: invalidReplyCode, message: 'The reply is no JSON-RPC.' };
    return { jsonrpc: '2.0', id, error };
  }
}

function idOf(value: unknown): string | number | undefined {
  if (typeof value !== 'object' || value === null || 'method' in value || !('id' in value)) return undefined;
  const { id } = value;
  return typeof id === 'string' || typeof id === 'number' ? id : undefined;
}
