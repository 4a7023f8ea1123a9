import { cx } from '#app/components/ui/class-names.ts';
import { Icon } from '#app/components/ui/icon.tsx';
import type { IconName } from '#app/components/ui/icon-names.ts';
import type { TodoStatus } from '#app/gql/executions.ts';
import type { Todo } from '../timeline-model.ts';

const LOOKS: Record<TodoStatus, { icon: IconName; ink: string; label: string }> = {
  COMPLETED: { icon: 'check', ink: 'text-success', label: 'Done' },
  IN_PROGRESS: { icon: 'play', ink: 'text-info', label: 'In progress' },
  PENDING: { icon: 'minus', ink: 'text-faint', label: 'To do' },
};

export function TodoList({ todos }: { todos: readonly Todo[] }) {
  const doneCount = todos.filter((todo) => todo.status === 'COMPLETED').length;
  return (
    <div>
      <div className="mb-3 flex items-center gap-3">
        <div className="h-1.5 flex-1 overflow-hidden rounded-full bg-hover">
          <div
            className="h-full rounded-full bg-success transition-[width] duration-300"
            style={{ width: `${(doneCount / Math.max(1, todos.length)) * 100}%` }}
          />
        </div>
        <span className="tabular text-xs text-muted">
          {doneCount} of {todos.length}
        </span>
      </div>
      <ul className="space-y-1.5">
        {todos.map((todo) => {
          const look = LOOKS[todo.status];
          return (
            <li key={todo.id} className="flex items-start gap-2">
              <Icon name={look.icon} className={cx('mt-0.5 size-4', look.ink)} />
              <span className="sr-only">{look.label}: </span>
              <span
                className={cx(
                  'min-w-0 [overflow-wrap:anywhere]',
                  todo.status === 'COMPLETED' && 'text-muted line-through',
                )}
              >
                {todo.title}
              </span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
