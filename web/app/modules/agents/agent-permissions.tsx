import { useState } from 'react';
import { Panel } from '#app/components/ui/panel.tsx';
import { Link } from '#app/components/ui/link.tsx';
import { StatusChip, type StatusLook } from '#app/components/ui/status.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import {
  useAgentPermissionsRemoveMutation,
  useAgentPermissionsSetMutation,
  type AgentPageQuery,
  type PermissionEffect,
} from '#app/gql/agents.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { plural } from '#app/lib/format.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';

type Agent = NonNullable<AgentPageQuery['agent']>;
type Permission = NonNullable<Agent['permissions']>[number];

interface ToolAccess {
  toolId: string;
  /** Null when its server does not offer it any more. */
  serverToolId: string | null;
  name: string;
  description: string | null;
  permission: Permission | null;
}

const LOOKS: Record<PermissionEffect, StatusLook> = {
  ALLOW: { label: 'Allow', tone: 'success', icon: 'check' },
  ASK: { label: 'Ask', tone: 'warning', icon: 'hand' },
  DENY: { label: 'Deny', tone: 'danger', icon: 'skip' },
};
const EFFECTS = ['ALLOW', 'ASK', 'DENY'] as const satisfies PermissionEffect[];

const isUsable = (permission: Permission | null): boolean =>
  permission !== null && permission.effect !== null && permission.effect !== 'DENY';

const HIDDEN: StatusLook = { label: 'Hidden', tone: 'neutral', icon: 'minus' };

/** Tools of the agent's server, then those with a permission that the server does not offer any more. */
function toolAccessOf(agent: Agent): ToolAccess[] {
  const permissions = new Map(
    agent.permissions?.flatMap((item) => (item.tool ? [[item.tool.id, item]] : [])),
  );
  type Shown = { name: string | null; description: string | null; serverToolId: string | null };
  const tools = new Map<string, Shown>();
  for (const { tool } of permissions.values()) if (tool) tools.set(tool.id, { ...tool, serverToolId: null });
  for (const { id, tool } of nodesOf(agent.server?.tools))
    if (tool) tools.set(tool.id, { ...tool, serverToolId: id });
  return [...tools]
    .map(([toolId, tool]) => ({
      toolId,
      serverToolId: tool.serverToolId,
      name: tool.name ?? 'tool',
      description: tool.description,
      permission: permissions.get(toolId) ?? null,
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function limitsOf(permission: Permission): string {
  return [
    permission.callsPerHour !== null && `${permission.callsPerHour} calls an hour`,
    permission.allowedPatterns?.length && `allowed: ${permission.allowedPatterns.join(', ')}`,
    permission.blockedPatterns?.length && `blocked: ${permission.blockedPatterns.join(', ')}`,
    permission.reason,
  ]
    .filter(Boolean)
    .join(' · ');
}

function usePermissionChange(agent: Agent) {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [set] = useAgentPermissionsSetMutation();
  const [remove] = useAgentPermissionsRemoveMutation();

  const grant = async (access: ToolAccess, effect: PermissionEffect): Promise<void> => {
    const { permission } = access;
    const { data, error } = await set({
      variables: { input: { agentId: agent.id, toolId: access.toolId, effect } },
      // Shown at once; when the API refuses, the cache takes it back and the reason shows above the list.
      ...(permission && {
        optimisticResponse: {
          toolPermissionSet: {
            __typename: 'ToolPermissionSetPayload' as const,
            permission: {
              ...permission,
              effect,
              agent: {
                __typename: 'Agent' as const,
                id: agent.id,
                permissions: agent.permissions?.map(({ __typename, id }) => ({ __typename, id })) ?? null,
              },
            },
          },
        },
      }),
    });
    setFailure(failureOfOutcome(error, data?.toolPermissionSet));
  };

  const hide = async ({ toolId }: ToolAccess): Promise<void> => {
    const { data, error } = await remove({
      variables: { input: { agentId: agent.id, toolId } },
      update(cache, { data: removed }) {
        const result = removed?.toolPermissionRemove;
        if (result?.__typename !== 'ToolPermissionRemovePayload') return;
        const id = cache.identify({ __typename: 'AgentToolPermission', id: result.removedPermissionId });
        if (id) cache.evict({ id });
        cache.gc();
      },
    });
    setFailure(failureOfOutcome(error, data?.toolPermissionRemove));
  };

  return { failure, grant, hide };
}

export function AgentPermissions({ agent }: { agent: Agent }) {
  const { failure, grant, hide } = usePermissionChange(agent);
  const accesses = toolAccessOf(agent);
  const usable = accesses.filter(({ permission }) => isUsable(permission)).length;
  // A permission that does not exist yet cannot say who may grant it; whoever may change the agent may.
  const isEditable = agent.viewerCan?.actions.includes('UPDATE') ?? false;
  return (
    <Panel
      title="Tools and permissions"
      aside={
        <span className="text-xs text-muted">
          {plural(usable, 'tool')} of {accesses.length} may be used
        </span>
      }
      isFlush
    >
      <FailureNotice failure={failure} className="m-4" />
      {accesses.length === 0 ? (
        <p className="p-4 text-muted">
          The server of this agent offers no tools yet. Sync them on the page of the server.
        </p>
      ) : (
        <ul className="max-h-[28rem] divide-y divide-line overflow-y-auto">
          {accesses.map((access) => {
            const effect = access.permission?.effect ?? null;
            return (
              <li key={access.toolId} className="flex items-center gap-3 px-4 py-2">
                <div className="min-w-0 flex-1">
                  <p className="font-mono text-[0.8125rem] font-semibold [overflow-wrap:anywhere]">
                    {access.serverToolId ? (
                      <Link to={pathTo.agentPermission(agent.id, access.serverToolId)} className="quiet-link">
                        {access.name}
                      </Link>
                    ) : (
                      access.name
                    )}
                  </p>
                  <p className="row-note">
                    {(access.permission && limitsOf(access.permission)) || access.description}
                  </p>
                </div>
                <StatusChip look={effect ? LOOKS[effect] : HIDDEN} className="max-sm:hidden" />
                {isEditable && (
                  <select
                    aria-label={`Permission for ${access.name}`}
                    value={effect ?? ''}
                    onChange={(event) => {
                      const chosen = event.target.value;
                      void (chosen === '' ? hide(access) : grant(access, chosen as PermissionEffect));
                    }}
                    className="h-8 rounded-md border border-line-strong/70 bg-surface pr-7 pl-2 text-[0.8125rem]"
                  >
                    <option value="">Hidden</option>
                    {EFFECTS.map((value) => (
                      <option key={value} value={value}>
                        {LOOKS[value].label}
                      </option>
                    ))}
                  </select>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
