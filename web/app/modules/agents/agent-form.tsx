import { Form } from '@remix-run/react';
import { FormButtons } from '#app/components/form-buttons.tsx';
import { ShownField } from '#app/components/shown-field.tsx';
import { ButtonLink } from '#app/components/ui/button.tsx';
import { InputField, SelectField, TextareaField } from '#app/components/ui/field.tsx';
import { FailureNotice, Notice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import type {
  AgentCreateInput,
  AgentFormEditQuery,
  AgentFormOptionsFragment,
  AgentRole,
} from '#app/gql/agents.ts';
import { withChosen } from '#app/lib/chosen.ts';
import type { Failure } from '#app/lib/failure.ts';
import type { ShownValues } from '#app/lib/edit.server.ts';
import { linesOf, optionalNumberOf, optionalTextOf, textOf } from '#app/lib/form-text.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
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
    maxConcurrency: optionalNumberOf(form, 'maxConcurrency'),
    maxSteps: optionalNumberOf(form, 'maxSteps'),
    maxTokens: optionalNumberOf(form, 'maxTokens'),
    maxDurationMs: minutes === null ? null : Math.round(minutes * MINUTE_MS),
  };
}

type EditedAgent = NonNullable<AgentFormEditQuery['agent']>;

/** An agent as the form shows it. */
export const agentFormValues = (agent: EditedAgent): AgentCreateInput => ({
  name: agent.name ?? '',
  role: agent.role ?? 'WORKER',
  description: agent.description,
  serverId: agent.server?.id ?? '',
  supervisorId: agent.supervisor?.id ?? null,
  modelProviderId: agent.modelProvider?.id ?? null,
  model: agent.model,
  systemPrompt: agent.systemPrompt,
  capabilities: agent.capabilities,
  maxConcurrency: agent.maxConcurrency,
  maxSteps: agent.maxSteps,
  maxTokens: agent.maxTokens,
  maxDurationMs: agent.maxDurationMs,
});

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
  'maxConcurrency',
  'maxSteps',
  'maxTokens',
  'maxDurationMs',
];

export interface AgentFormPageProps {
  /** The agent that is edited; null for a new one. */
  agent: EditedAgent | null;
  options: AgentFormOptionsFragment;
  failure: Failure | null;
  /** What the form holds: what was sent, so that a refused form keeps it, or the agent as it is. */
  values: AgentCreateInput | null;
  shown: ShownValues | null;
}

export function AgentFormPage({ agent, options, failure, values, shown }: AgentFormPageProps) {
  const servers = withChosen(nodesOf(options.servers), agent?.server);
  const supervisors = withChosen(nodesOf(options.agents), agent?.supervisor).filter(
    ({ id }) => id !== agent?.id,
  );
  const providers = withChosen(nodesOf(options.modelProviders), agent?.modelProvider);
  const fields = failure?.fields ?? {};
  return (
    <>
      {agent ? (
        <PageHeader
          title={`Edit ${agent.name ?? 'agent'}`}
          parent={{ to: pathTo.agent(agent.id), label: agent.name ?? 'Agent' }}
          description="A run that is under way goes on with what it began with."
        />
      ) : (
        <PageHeader title="New agent" parent={{ to: '/agents', label: 'Agents' }} />
      )}
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
        <ShownField shown={shown} />
        <fieldset className="space-y-4 rounded-lg border border-line bg-surface p-5">
          <legend className="sr-only">Who it is</legend>
          <InputField
            label="Name"
            name="name"
            required
            defaultValue={values?.name}
            error={fields['name']}
            autoComplete="off"
          />
          <InputField
            label="Description"
            name="description"
            defaultValue={values?.description ?? ''}
            error={fields['description']}
            hint="What others should know before they give it work."
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <SelectField
              label="Role"
              name="role"
              defaultValue={values?.role ?? 'WORKER'}
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
              defaultValue={values?.supervisorId ?? ''}
              error={fields['supervisorId']}
            >
              <option value="">Nobody</option>
              {supervisors.map((supervisor) => (
                <option key={supervisor.id} value={supervisor.id}>
                  {supervisor.name}
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
            defaultValue={values?.serverId}
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
              defaultValue={values ? (values.modelProviderId ?? '') : providers[0]?.id}
              error={fields['modelProviderId']}
            >
              <option value="">None (an agent host brings its own)</option>
              {providers.map((provider) => (
                <option key={provider.id} value={provider.id}>
                  {provider.name}
                  {provider.isSimulated ? ' (simulated)' : ''}
                </option>
              ))}
            </SelectField>
            <InputField
              label="Model"
              name="model"
              defaultValue={values?.model ?? ''}
              error={fields['model']}
              hint="Empty: the default of the provider."
              spellCheck={false}
            />
          </div>
          <TextareaField
            label="System prompt"
            name="systemPrompt"
            rows={6}
            defaultValue={values?.systemPrompt ?? ''}
            error={fields['systemPrompt']}
          />
          <TextareaField
            label="Capabilities"
            name="capabilities"
            rows={3}
            defaultValue={values?.capabilities?.join('\n') ?? ''}
            error={fields['capabilities']}
            hint="One a line. Work can be assigned by them."
          />
        </fieldset>
        <fieldset className="grid gap-4 rounded-lg border border-line bg-surface p-5 sm:grid-cols-2 lg:grid-cols-4">
          <legend className="sr-only">Limits of one run</legend>
          <InputField
            label="Runs at once"
            name="maxConcurrency"
            type="number"
            min={1}
            defaultValue={values?.maxConcurrency ?? ''}
            error={fields['maxConcurrency']}
          />
          <InputField
            label="Steps at most"
            name="maxSteps"
            type="number"
            min={1}
            defaultValue={values?.maxSteps ?? ''}
            error={fields['maxSteps']}
          />
          <InputField
            label="Tokens at most"
            name="maxTokens"
            type="number"
            min={1}
            defaultValue={values?.maxTokens ?? ''}
            error={fields['maxTokens']}
          />
          <InputField
            label="Minutes at most"
            name="maxMinutes"
            type="number"
            min={0}
            step="any"
            defaultValue={values?.maxDurationMs ? values.maxDurationMs / MINUTE_MS : ''}
            error={fields['maxDurationMs']}
          />
        </fieldset>
        <FormButtons
          action={agent ? 'Save changes' : 'Create agent'}
          cancelTo={agent ? pathTo.agent(agent.id) : '/agents'}
        />
      </Form>
    </>
  );
}
