import { useNavigate } from '@remix-run/react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { Menu, MenuAction, MenuLink } from '#app/components/ui/menu.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import {
  useExecutionActionsCancelMutation,
  useExecutionActionsRetryMutation,
  type ExecutionPageQuery,
} from '#app/gql/executions.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { pathTo } from '#app/lib/paths.ts';
import {
  EVENTS_SUBSCRIPTION,
  eventsAsCurl,
  eventsAsGraphql,
  eventsVariables,
  explorerPath,
} from './execution-snippets.ts';

export type ExecutionDetails = NonNullable<ExecutionPageQuery['execution']>;

export interface ExecutionActions {
  idempotencyKey: string;
  stop: () => Promise<void>;
  retry: () => Promise<void>;
  isStopping: boolean;
  isRetrying: boolean;
  failure: Failure | null;
}

export function useExecutionActions(args: {
  executionId: string;
  idempotencyKey: string;
  failure: Failure | null;
}): ExecutionActions {
  const { executionId, idempotencyKey } = args;
  const navigate = useNavigate();
  const [failure, setFailure] = useState(args.failure);
  const [cancel, cancelling] = useExecutionActionsCancelMutation();
  const [retry, retrying] = useExecutionActionsRetryMutation();
  return {
    idempotencyKey,
    failure,
    isStopping: cancelling.loading,
    isRetrying: retrying.loading,
    async stop() {
      const { data, error } = await cancel({ variables: { input: { executionId } } });
      setFailure(failureOfOutcome(error, data?.executionCancel));
    },
    async retry() {
      const { data, error } = await retry({ variables: { input: { executionId, idempotencyKey } } });
      const result = data?.executionRetry;
      const refused = failureOfOutcome(error, result);
      setFailure(refused);
      if (!refused && result?.__typename === 'ExecutionRetryPayload' && result.execution) {
        navigate(pathTo.execution(result.execution.id));
      }
    },
  };
}

/** Does its work in the page, and is sent like any form while the script of the page is not there yet. */
function ActionForm({
  intent,
  onSend,
  children,
}: {
  intent: 'stop' | 'retry';
  onSend: () => Promise<void>;
  children: ReactNode;
}) {
  const onSubmit = (event: FormEvent): void => {
    event.preventDefault();
    void onSend();
  };
  return (
    <form method="post" onSubmit={onSubmit}>
      <input type="hidden" name="intent" value={intent} />
      {children}
    </form>
  );
}

export interface ExecutionActionBarProps {
  execution: ExecutionDetails;
  isFinished: boolean;
  actions: ExecutionActions;
}

export function ExecutionActionBar({ execution, isFinished, actions }: ExecutionActionBarProps) {
  const allowed = execution.viewerCan?.actions ?? [];
  const copy = (text: string): void => void navigator.clipboard.writeText(text);
  return (
    <>
      {!isFinished && allowed.includes('CANCEL') && (
        <ActionForm intent="stop" onSend={actions.stop}>
          <Button type="submit" size="sm" variant="danger" icon="stop" isPending={actions.isStopping}>
            {actions.isStopping ? 'Stopping' : 'Stop'}
          </Button>
        </ActionForm>
      )}
      {isFinished && allowed.includes('RETRY') && (
        <ActionForm intent="retry" onSend={actions.retry}>
          <input type="hidden" name="idempotencyKey" value={actions.idempotencyKey} />
          <Button type="submit" size="sm" variant="primary" icon="refresh" isPending={actions.isRetrying}>
            Run again
          </Button>
        </ActionForm>
      )}
      <Menu label="Share" icon="copy" size="sm">
        <MenuLink icon="explorer" to={explorerPath(EVENTS_SUBSCRIPTION, eventsVariables(execution.id))}>
          Open in the API explorer
        </MenuLink>
        <MenuAction icon="code" onSelect={() => copy(eventsAsGraphql(execution.id))}>
          Copy as GraphQL
        </MenuAction>
        <MenuAction icon="terminal" onSelect={() => copy(eventsAsCurl(execution.id, window.location.origin))}>
          Copy as curl
        </MenuAction>
        <MenuAction icon="copy" onSelect={() => copy(execution.id)}>
          Copy the id
        </MenuAction>
        <MenuAction
          icon="copy"
          onSelect={() => copy(window.location.origin + pathTo.execution(execution.id))}
        >
          Copy the link
        </MenuAction>
      </Menu>
    </>
  );
}

export const ActionFailure = ({ failure }: { failure: Failure | null }) => (
  <FailureNotice failure={failure} className="mb-4" />
);
