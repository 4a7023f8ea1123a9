import type { ErrorLike } from '@apollo/client';
import { useNavigate } from '@remix-run/react';
import { useState } from 'react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { ConfirmDialog } from '#app/components/ui/dialog.tsx';
import { Menu, MenuAction } from '#app/components/ui/menu.tsx';
import {
  useAgentActionsActivateMutation,
  useAgentActionsDeactivateMutation,
  useAgentActionsDeleteMutation,
  useAgentActionsValidateMutation,
  type AgentPageQuery,
} from '#app/gql/agents.ts';
import { isEditable } from '#app/lib/editable.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { pathTo } from '#app/lib/paths.ts';

type Agent = NonNullable<AgentPageQuery['agent']>;

export interface AgentActionsProps {
  agent: Agent;
  onFailure: (failure: Failure | null) => void;
}

export function AgentActions({ agent, onFailure }: AgentActionsProps) {
  const navigate = useNavigate();
  const [isDeleting, setIsDeleting] = useState(false);
  const [validate, validating] = useAgentActionsValidateMutation();
  const [activate, activating] = useAgentActionsActivateMutation();
  const [deactivate, deactivating] = useAgentActionsDeactivateMutation();
  const [remove, removing] = useAgentActionsDeleteMutation();
  const variables = { input: { agentId: agent.id } };
  const allowed = agent.viewerCan?.actions ?? [];
  const copy = (text: string): void => void navigator.clipboard.writeText(text);

  const settle = (error: ErrorLike | undefined, result: Parameters<typeof failureOfOutcome>[1]): boolean => {
    const failure = failureOfOutcome(error, result);
    onFailure(failure);
    return failure === null;
  };
  const onValidate = async (): Promise<void> => {
    const { data, error } = await validate({ variables });
    settle(error, data?.agentValidate);
  };
  const onActivate = async (): Promise<void> => {
    const { data, error } = await activate({ variables });
    settle(error, data?.agentActivate);
  };
  const onDeactivate = async (): Promise<void> => {
    const { data, error } = await deactivate({ variables });
    settle(error, data?.agentDeactivate);
  };
  const onDelete = async (): Promise<void> => {
    const { data, error } = await remove({ variables });
    setIsDeleting(false);
    if (settle(error, data?.agentDelete)) navigate('/agents');
  };

  return (
    <>
      {agent.status === 'PENDING_VALIDATION' && allowed.includes('VALIDATE') && (
        <Button
          variant="primary"
          icon="check"
          isPending={validating.loading}
          onClick={() => void onValidate()}
        >
          Validate
        </Button>
      )}
      {(agent.status === 'INACTIVE' || agent.status === 'ERROR') && allowed.includes('ACTIVATE') && (
        <Button
          variant="primary"
          icon="play"
          isPending={activating.loading}
          onClick={() => void onActivate()}
        >
          Activate
        </Button>
      )}
      {(agent.status === 'ACTIVE' || agent.status === 'BUSY') && allowed.includes('ACTIVATE') && (
        <Button icon="pause" isPending={deactivating.loading} onClick={() => void onDeactivate()}>
          Deactivate
        </Button>
      )}
      {isEditable(agent) && (
        <ButtonLink icon="edit" to={pathTo.agentEdit(agent.id)}>
          Edit
        </ButtonLink>
      )}
      <Menu label="More" icon="more">
        <MenuAction icon="copy" onSelect={() => copy(agent.id)}>
          Copy the id
        </MenuAction>
        <MenuAction icon="copy" onSelect={() => copy(window.location.href)}>
          Copy the link
        </MenuAction>
        {allowed.includes('DELETE') && (
          <MenuAction icon="cross" isDangerous onSelect={() => setIsDeleting(true)}>
            Delete
          </MenuAction>
        )}
      </Menu>
      <ConfirmDialog
        isOpen={isDeleting}
        onClose={() => setIsDeleting(false)}
        title={`Delete ${agent.name ?? 'this agent'}?`}
        description="It takes no more prompts. The history of its runs stays readable."
        action="Delete agent"
        isPending={removing.loading}
        onConfirm={() => void onDelete()}
      />
    </>
  );
}
