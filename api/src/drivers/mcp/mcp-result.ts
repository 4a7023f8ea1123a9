import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';
import type { Json, McpToolResult } from '../driver.ts';

/** Bounds what one call can put into the event log and into the next prompt. */
const maxResultBytes = 1024 * 1024;

/** A tool's result with text and content blocks of at most 1 MB each. */
export function toToolResult(result: CallToolResult): McpToolResult {
  const text = capText(describeResult(result), maxResultBytes);
  const content = capBlocks(result.content);
  return {
    isError: result.isError === true,
    text: text.text,
    content: content.blocks as unknown as Json, // parsed JSON by origin
    isTruncated: text.isTruncated || content.isTruncated,
  };
}

/** A refusal by the server itself (JSON-RPC error) in the shape of a failed tool call. */
export function toErrorResult(message: string): McpToolResult {
  return toToolResult({ isError: true, content: [{ type: 'text', text: message }] });
}

/** Cuts at a character boundary. */
export function capText(text: string, maxBytes: number): { text: string; isTruncated: boolean } {
  const bytes = Buffer.byteLength(text);
  if (bytes <= maxBytes) return { text, isTruncated: false };
  const cut = new TextDecoder().decode(Buffer.from(text).subarray(0, maxBytes), { stream: true });
  return { text: cut, isTruncated: true };
}

function describeResult(result: CallToolResult): string {
  if (result.content.length > 0) return result.content.map(describeBlock).join('\n');
  return result.structuredContent === undefined ? '' : JSON.stringify(result.structuredContent);
}

function describeBlock(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'image':
    case 'audio':
      return `[${block.type} ${block.mimeType}, ${Math.floor((block.data.length * 3) / 4)} bytes]`;
    case 'resource_link':
      return `[${block.name}: ${block.uri}]`;
    case 'resource':
      return 'text' in block.resource ? block.resource.text : `[resource ${block.resource.uri}]`;
  }
}

/** Keeps blocks while there is room; the one that does not fit is cut (text) or replaced by a line that names it. */
function capBlocks(blocks: ContentBlock[]): { blocks: ContentBlock[]; isTruncated: boolean } {
  const kept: ContentBlock[] = [];
  let room = maxResultBytes;
  for (const block of blocks) {
    const bytes = Buffer.byteLength(JSON.stringify(block));
    if (bytes > room) {
      kept.push({ type: 'text', text: capText(describeBlock(block), room).text });
      return { blocks: kept, isTruncated: true };
    }
    kept.push(block);
    room -= bytes;
  }
  return { blocks: kept, isTruncated: false };
}
