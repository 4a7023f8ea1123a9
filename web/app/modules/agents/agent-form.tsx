import { Form, useNavigation } from '@remix-run/react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { InputField, SelectField, TextareaField } from '#app/components/ui/field.tsx';
import { FailureNotice, Notice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { useAgentFormOptionsQuery, type AgentCreateInput, type AgentRole } from '#app/gql/agents.ts';
import type { Failure } from '#app/lib/failure.ts';
import { linesOf, optionalNumberOf, optionalTextOf, textOf } from '#app/lib/form-text.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { AGENT_ROLES } from './agent-status.ts';

const MINUTE_MS = 60_000;

const isRole = (value: string): value is AgentRole => value in AGENT_ROLES;

export function readAgentForm(form: FormData): AgentCreateInput {
  const role = textOf(form, 'role');
  const minutes = optionalNumberOf(form, 'maxMinutes');
  return {
    name: textOf(form, 'name'),
    role: isRole(role) ? role : 'WORKER',
    description: optionalTextOf(form, 'description'),
    serverId: textOf(form, 'serverId'),
    supervisorId: optionalTextOf(form, 'supervisorId'),
    modelProviderId: optionalTextOf(form, 'modelProviderId'),
    model: optionalTextOf(form, 'model'),
    systemPrompt: optionalTextOf(form, 'systemPrompt'),
    capabilities: linesOf(form, 'capabilities'),
    maxSteps: optionalNumberOf(form, 'maxSteps'),
    maxTokens: optionalNumberOf(form, 'maxTokens'),
    maxDurationMs: minutes === null ? null : minutes * MINUTE_MS,
  };
}

/** Each shows its own message. */
const FIELDS = [
  'name',
  'description',
  'role',
  'supervisorId',
  'serverId',
  'modelProviderId',
  'model',
  'systemPrompt',
  'capabilities',
  'maxSteps',
  'maxTokens',
  'maxDurationMs',
];

export interface AgentFormPageProps {
  failure: Failure | null;
  /** What was sent, so that a refused form keeps it. */
  sent: AgentCreateInput | null;
}

export function AgentFormPage({ failure, sent }: AgentFormPageProps) {
  const isPending = useNavigation().state !== 'idle';
  const { data } = useAgentFormOptionsQuery();
  const servers = nodesOf(data?.servers);
  const fields = failure?.fields ?? {};
  return (
    <>
      <PageHeader title="New agent" parent={{ to: '/agents', label: 'Agents' }} />
      {servers.length === 0 && (
        <Notice tone="info" title="An agent needs a server" className="mb-6 max-w-2xl">
          <p className="mb-3">Connect one first; its tools are what the agent can be allowed to use.</p>
          <ButtonLink to="/servers/new" size="sm" icon="plus">
            New server
          </ButtonLink>
        </Notice>
      )}
      <Form method="post" className="max-w-2xl space-y-6">
        <FailureNotice failure={failure} beside={FIELDS} />
        <fieldset className="space-y-4 rounded-lg border border-line bg-surface p-5">
          <legend className="sr-only">Who it is</legend>
          <InputField
            label="Name"
            name="name"
            required
            defaultValue={sent?.name}
            error={fields['name']}
            autoComplete="off"
          />
          <InputField
            label="Description"
            name="description"
            defaultValue={sent?.description ?? ''}
            error={fields['description']}
            hint="What others should know before they give it work."
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label="Role"
              name="role"
              defaultValue={sent?.role ?? 'WORKER'}
              error={fields['role']}
            >
              {Object.entries(AGENT_ROLES).map(([value, { label }]) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </SelectField>
            <SelectField
              label="Reports to"
              name="supervisorId"
              defaultValue={sent?.supervisorId ?? ''}
              error={fields['supervisorId']}
            >
              <option value="">Nobody</option>
              {nodesOf(data?.agents).map((agent) => (
                <option key={agent.id} value={agent.id}>
                  {agent.name}
                </option>
              ))}
            </SelectField>
          </div>
        </fieldset>
        <fieldset className="space-y-4 rounded-lg border border-line bg-surface p-5">
          <legend className="sr-only">What it works with</legend>
          <SelectField
            label="Server"
            name="serverId"
            required
            defaultValue={sent?.serverId}
            error={fields['serverId']}
            hint="It has to answer before the agent can be validated."
          >
            {servers.map((server) => (
              <option key={server.id} value={server.id}>
                {server.name}
                {server.isSimulated ? ' (simulated)' : ''}
                {server.status === 'OFFLINE' ? ' (offline)' : ''}
              </option>
            ))}
          </SelectField>
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label="Model provider"
              name="modelProviderId"
              defaultValue={sent?.modelProviderId ?? nodesOf(data?.modelProviders)[0]?.id}
              error={fields['modelProviderId']}
            >
              <option value="">None (an agent host brings its own)</option>
              {nodesOf(data?.modelProviders).map((provider) => (
                <option key={provider.id} value={provider.id}>
                  {provider.name}
                  {provider.isSimulated ? ' (simulated)' : ''}
                </option>
              ))}
            </SelectField>
            <InputField
              label="Model"
              name="model"
              defaultValue={sent?.model ?? ''}
              error={fields['model']}
              hint="Empty: the default of the provider."
              spellCheck={false}
            />
          </div>
          <TextareaField
            label="System prompt"
            name="systemPrompt"
            rows={6}
            defaultValue={sent?.systemPrompt ?? ''}
            error={fields['systemPrompt']}
          />
          <TextareaField
            label="Capabilities"
            name="capabilities"
            rows={3}
            defaultValue={sent?.capabilities?.join('\n') ?? ''}
            error={fields['capabilities']}
            hint="One a line. Work can be assigned by them."
          />
        </fieldset>
        <fieldset className="grid gap-4 rounded-lg border border-line bg-surface p-5 sm:grid-cols-3">
          <legend className="sr-only">Limits of one run</legend>
          <InputField
            label="Steps at most"
            name="maxSteps"
            type="number"
            min={1}
            defaultValue={sent?.maxSteps ?? ''}
            error={fields['maxSteps']}
          />
          <InputField
            label="Tokens at most"
            name="maxTokens"
            type="number"
            min={1}
            defaultValue={sent?.maxTokens ?? ''}
            error={fields['maxTokens']}
          />
          <InputField
            label="Minutes at most"
            name="maxMinutes"
            type="number"
            min={1}
            defaultValue={sent?.maxDurationMs ? sent.maxDurationMs / MINUTE_MS : ''}
            error={fields['maxDurationMs']}
          />
        </fieldset>
        <div className="flex gap-2">
          <Button type="submit" variant="primary" isPending={isPending}>
            Create agent
          </Button>
          <ButtonLink to="/agents">Cancel</ButtonLink>
        </div>
      </Form>
    </>
  );
}
