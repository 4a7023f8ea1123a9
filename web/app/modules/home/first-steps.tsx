import { cx } from '#app/components/ui/class-names.ts';
import { Icon } from '#app/components/ui/icon.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { Panel } from '#app/components/ui/panel.tsx';

import type { Path } from '#app/lib/paths.ts';

export interface FirstStepsProps {
  serverCount: number;
  agentCount: number;
  executionCount: number;
  taskCount: number;
}

/** What is left to do, read from what exists: nothing to tick off, nothing to dismiss. */
export function FirstSteps({ serverCount, agentCount, executionCount, taskCount }: FirstStepsProps) {
  const steps: { isDone: boolean; to: Path; title: string; text: string }[] = [
    {
      isDone: serverCount > 0,
      to: '/servers/new',
      title: 'Connect a server',
      text: 'An MCP server brings the tools.',
    },
    {
      isDone: agentCount > 0,
      to: '/agents/new',
      title: 'Create an agent',
      text: 'A model, a server, and the tools it may use.',
    },
    {
      isDone: executionCount > 0,
      to: '/agents',
      title: 'Run a prompt',
      text: 'Watch it live, call by call.',
    },
    {
      isDone: taskCount > 0,
      to: '/tasks/new',
      title: 'Save a task',
      text: 'So that anyone can run it again.',
    },
  ];
  const doneCount = steps.filter((step) => step.isDone).length;
  if (doneCount === steps.length) return null;
  return (
    <Panel
      title="First steps"
      aside={
        <span className="tabular text-xs text-muted">
          {doneCount} of {steps.length}
        </span>
      }
      isFlush
    >
      <ol className="divide-y divide-line">
        {steps.map((step) => (
          <li key={step.title}>
            <Link to={step.to} className="flex items-center gap-3 px-4 py-2.5 hover:bg-hover">
              <Icon
                name={step.isDone ? 'check' : 'minus'}
                className={cx('size-5', step.isDone ? 'text-success' : 'text-faint')}
              />
              <span className="min-w-0 flex-1">
                <span className={cx('block font-medium', step.isDone && 'text-muted line-through')}>
                  {step.title}
                </span>
                <span className="block text-[0.8125rem] text-muted">{step.text}</span>
              </span>
              <span className="sr-only">{step.isDone ? 'Done' : 'To do'}</span>
              <Icon name="arrow" className="text-faint" />
            </Link>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
