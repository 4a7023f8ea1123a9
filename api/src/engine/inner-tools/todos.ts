import { z } from 'zod';
import type { ModelTool } from '../../drivers/driver.ts';
import type { Todo } from '../../domains/run-events.ts';

/** The studio's own tool with which an agent shows its plan. It needs no permission: it touches nothing outside. */
export const TODOS_TOOL = 'todos_write';

const todosArguments = z.object({
  todos: z
    .array(
      z.object({
        id: z.string().min(1).max(100),
        title: z.string().min(1).max(500),
        status: z.enum(['PENDING', 'IN_PROGRESS', 'COMPLETED']),
      }),
    )
    .max(100),
});

export const todosTool: ModelTool = {
  name: TODOS_TOOL,
  description:
    'Shows your plan to the people who watch. Always pass the whole list; keep the id of a todo when its status changes.',
  inputSchema: {
    type: 'object',
    properties: {
      todos: {
        type: 'array',
        items: {
          type: 'object',
          properties: {
            id: { type: 'string' },
            title: { type: 'string' },
            status: { type: 'string', enum: ['PENDING', 'IN_PROGRESS', 'COMPLETED'] },
          },
          required: ['id', 'title', 'status'],
        },
      },
    },
    required: ['todos'],
  },
};

/** The todos, or a sentence for the model that says what is wrong with its arguments. */
export function parseTodos(args: unknown): { todos: Todo[] } | { fault: string } {
  const result = todosArguments.safeParse(args);
  if (result.success) return result.data;
  return { fault: `The todos were not accepted: ${z.prettifyError(result.error)}` };
}
