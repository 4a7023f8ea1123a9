import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/client';
import type { Json, McpToolResult, ToolContent } from '../driver.ts';

/** Bounds what one call can put into the event log and into the next prompt. */
const maxResultBytes = 1024 * 1024;

/** What a part may hold of its content: as much as a page shows at once. The text of the result has all of it. */
const maxPartBytes = 16 * 1024;
/** More parts than anybody looks at; a page of search results has some dozens. */
const maxParts = 100;

/** A tool's result with at most 1 MB of text. */
export function toToolResult(result: CallToolResult): McpToolResult {
  const { text, isTruncated } = capText(describeResult(result), maxResultBytes);
  return { isError: result.isError === true, text, content: toContent(result), isTruncated };
}

function toContent({ content, structuredContent }: CallToolResult): ToolContent[] {
  const parts = content.slice(0, maxParts).map(toPart);
  if (structuredContent === undefined) return parts;
  const sizeBytes = Buffer.byteLength(JSON.stringify(structuredContent));
  const value = sizeBytes > maxPartBytes ? null : (structuredContent as Json); // parsed JSON by origin
  return [{ type: 'structured', value, sizeBytes }, ...parts];
}

function toPart(block: ContentBlock): ToolContent {
  switch (block.type) {
    case 'text':
      return { type: 'text', ...sizedText(block.text) };
    case 'image':
    case 'audio':
      return { type: 'media', mimeType: block.mimeType, sizeBytes: decodedBytes(block.data) };
    case 'resource_link':
      return {
        type: 'link',
        uri: block.uri,
        name: block.name,
        mimeType: block.mimeType ?? null,
        sizeBytes: block.size ?? null,
      };
    case 'resource': {
      const { resource } = block;
      const content =
        'text' in resource
          ? sizedText(resource.text)
          : { text: null, sizeBytes: decodedBytes(resource.blob) };
      return { type: 'resource', uri: resource.uri, mimeType: resource.mimeType ?? null, ...content };
    }
  }
}

function sizedText(text: string): { text: string | null; sizeBytes: number } {
  const sizeBytes = Buffer.byteLength(text);
  return { text: sizeBytes > maxPartBytes ? null : text, sizeBytes };
}

const decodedBytes = (base64: string): number => Math.floor((base64.length * 3) / 4);

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
      return `[${block.type} ${block.mimeType}, ${decodedBytes(block.data)} bytes]`;
    case 'resource_link':
      return `[${block.name}: ${block.uri}]`;
    case 'resource':
      return 'text' in block.resource ? block.resource.text : `[resource ${block.resource.uri}]`;
  }
}
