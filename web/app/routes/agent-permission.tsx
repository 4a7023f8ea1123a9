import { data, type ActionFunctionArgs, type LoaderFunctionArgs, type MetaFunction } from '@remix-run/node';
import { useActionData, useLoaderData } from '@remix-run/react';
import {
  AgentPermissionsSetDocument,
  PermissionPageExplainDocument,
  PermissionPageQueryDocument,
} from '#app/gql/agents.ts';
import { openApi, throwNotFound } from '#app/lib/api/open-api.server.ts';
import { submit } from '#app/lib/api/submit.server.ts';
import { textOf } from '#app/lib/form-text.ts';
import { parseObject } from '#app/lib/json-object.ts';
import { pathTo } from '#app/lib/paths.ts';
import { readForm } from '#app/lib/read-form.server.ts';
import {
  permissionInput,
  readPermissionForm,
  type PermissionValues,
} from '#app/modules/agents/permission-form.ts';
import { PermissionPage } from '#app/modules/agents/permission-page.tsx';

export const meta: MetaFunction = () => [{ title: 'Permission · MCP Agent Studio' }];

async function findSubject(args: LoaderFunctionArgs | ActionFunctionArgs) {
  const ids = { agentId: args.params['agentId'] ?? '', serverToolId: args.params['serverToolId'] ?? '' };
  const { agent, node } = await openApi(args).find('agent', PermissionPageQueryDocument, ids);
  if (node?.__typename !== 'ServerTool' || !node.tool) return throwNotFound('tool');
  return { agent, tool: node.tool, serverToolId: node.id };
}

export const loader = async (args: LoaderFunctionArgs) => {
  const { agent, tool } = await findSubject(args);
  const stored = agent.permissions?.find((permission) => permission.tool?.id === tool.id);
  const values: PermissionValues = {
    effect: stored?.effect ?? 'ASK',
    allowedPatterns: stored?.allowedPatterns ?? [],
    blockedPatterns: stored?.blockedPatterns ?? [],
    callsPerHour: stored?.callsPerHour ?? null,
    expiresAt: stored?.expiresAt ?? null,
    reason: stored?.reason ?? null,
  };
  return { agent, tool, values };
};

export const action = async (args: ActionFunctionArgs) => {
  const form = await readForm(args.request);
  const { agent, tool, serverToolId } = await findSubject(args);
  const values = readPermissionForm(form);
  const tried = textOf(form, 'arguments');
  const sent = { values, tried };
  if (textOf(form, 'intent') !== 'explain') {
    const input = { agentId: agent.id, toolId: tool.id, ...permissionInput(values) };
    return submit(args, {
      document: AgentPermissionsSetDocument,
      variables: { input },
      sent,
      goTo: () => pathTo.agent(agent.id),
    });
  }
  const tryArguments = parseObject(tried || '{}');
  if (!tryArguments) {
    const message = 'Write one JSON object, such as {"command": "git status"}.';
    const failure = { code: 'BAD_USER_INPUT', message, fields: { arguments: message } };
    return data({ failure, sent, access: null }, { status: 400 });
  }
  const { reason: _reason, ...permission } = permissionInput(values);
  const { data: explained, fault } = await openApi(args).mutate(PermissionPageExplainDocument, {
    agentId: agent.id,
    serverToolId,
    arguments: tryArguments,
    permission,
  });
  return data(
    { failure: fault, sent, access: explained?.explainToolAccess ?? null },
    { status: fault ? 400 : 200 },
  );
};

export default function AgentPermissionRoute() {
  const { agent, tool, values } = useLoaderData<typeof loader>();
  const result = useActionData<typeof action>();
  return (
    <PermissionPage
      key={tool.id}
      agent={agent}
      tool={tool}
      values={result?.sent.values ?? values}
      tried={result?.sent.tried ?? '{}'}
      access={result && 'access' in result ? result.access : null}
      failure={result?.failure ?? null}
    />
  );
}
