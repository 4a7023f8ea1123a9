import { jsonSchema, tool, type ModelMessage as SdkMessage, type ToolSet } from 'ai';
import type { ModelMessage, ModelTool } from '../driver.ts';

/** The stored conversation as the SDK wants it. A reply without text and calls says nothing and is left out. */
export function toSdkMessages(messages: ModelMessage[]): SdkMessage[] {
  return messages.flatMap((message): SdkMessage[] => {
    switch (message.role) {
      case 'user':
        return [{ role: 'user', content: message.text }];
      case 'assistant': {
        const text = message.text === '' ? [] : [{ type: 'text' as const, text: message.text }];
        const calls = message.toolCalls.map((call) => ({
          type: 'tool-call' as const,
          toolCallId: call.callId,
          toolName: call.name,
          input: call.arguments,
        }));
        return text.length + calls.length > 0 ? [{ role: 'assistant', content: [...text, ...calls] }] : [];
      }
      case 'tool': {
        const output = {
          type: message.isError ? ('error-text' as const) : ('text' as const),
          value: message.text,
        };
        return [
          {
            role: 'tool',
            content: [{ type: 'tool-result', toolCallId: message.callId, toolName: message.name, output }],
          },
        ];
      }
    }
  });
}

/** Without `execute`: the engine runs tools, after its permission gate. */
export function toSdkTools(tools: ModelTool[]): ToolSet {
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema }) => [
      name,
      tool({ description, inputSchema: jsonSchema(inputSchema) }),
    ]),
  );
}
