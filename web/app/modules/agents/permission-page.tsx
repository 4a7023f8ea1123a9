import { Form, useNavigation } from '@remix-run/react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { CodeBlock } from '#app/components/ui/code-block.tsx';
import { InputField, SelectField, TextareaField } from '#app/components/ui/field.tsx';
import { FailureNotice, Notice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { Panel } from '#app/components/ui/panel.tsx';
import type { PermissionEffect, PermissionPageExplainQuery, PermissionPageQuery } from '#app/gql/agents.ts';
import type { Failure } from '#app/lib/failure.ts';
import { pathTo } from '#app/lib/paths.ts';
import { dateTimeText, PERMISSION_EFFECTS, type PermissionValues } from './permission-form.ts';

type Agent = NonNullable<PermissionPageQuery['agent']>;
type Tool = NonNullable<Extract<PermissionPageQuery['node'], { __typename: 'ServerTool' }>['tool']>;
type Access = NonNullable<PermissionPageExplainQuery['explainToolAccess']>;

const FIELDS = [
  'effect',
  'allowedPatterns',
  'blockedPatterns',
  'callsPerHour',
  'expiresAt',
  'reason',
  'arguments',
];

const VERDICTS: Record<PermissionEffect, { tone: 'success' | 'warning' | 'danger'; title: string }> = {
  ALLOW: { tone: 'success', title: 'The call would be made' },
  ASK: { tone: 'warning', title: 'A person would be asked' },
  DENY: { tone: 'danger', title: 'The call would be refused' },
};

export interface PermissionPageProps {
  agent: Agent;
  tool: Tool;
  /** What the form holds: what was sent, or the permission as it is. */
  values: PermissionValues;
  /** The arguments of the call that is tried. */
  tried: string;
  access: Access | null;
  failure: Failure | null;
}

/** What an agent may do with one tool, and what the gate would say to a call, before anything is saved. */
export function PermissionPage({ agent, tool, values, tried, access, failure }: PermissionPageProps) {
  const isSending = useNavigation().state !== 'idle';
  const isEditable = agent.viewerCan?.actions.includes('UPDATE') ?? false;
  const fields = failure?.fields ?? {};
  /** A list is to blame by the place of one of its entries. */
  const faultOf = (name: string) =>
    Object.entries(fields).find(([path]) => path === name || path.startsWith(`${name}.`))?.[1];
  return (
    <>
      <PageHeader
        title={tool.name ?? 'Tool'}
        parent={{ to: pathTo.agent(agent.id), label: agent.name ?? 'Agent' }}
        description={`What ${agent.name ?? 'this agent'} may do with this tool.`}
      />
      <FailureNotice
        failure={failure}
        beside={Object.keys(fields).filter((path) => FIELDS.includes(path.split('.')[0]!))}
        className="mb-4"
      />
      <Form method="post" className="grid items-start gap-6 xl:grid-cols-2" preventScrollReset>
        <div className="min-w-0 space-y-4 rounded-lg border border-line bg-surface p-5">
          <SelectField label="Calls" name="effect" defaultValue={values.effect} error={faultOf('effect')}>
            {Object.entries(PERMISSION_EFFECTS).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          <TextareaField
            label="Allowed commands, one a line"
            name="allowedPatterns"
            rows={4}
            spellCheck={false}
            className="font-mono text-[0.8125rem]"
            defaultValue={values.allowedPatterns.join('\n')}
            error={faultOf('allowedPatterns')}
            hint="For tools that run commands. git log ** is every git log; * is one word. Any other command asks."
          />
          <TextareaField
            label="Blocked commands, one a line"
            name="blockedPatterns"
            rows={4}
            spellCheck={false}
            className="font-mono text-[0.8125rem]"
            defaultValue={values.blockedPatterns.join('\n')}
            error={faultOf('blockedPatterns')}
          />
          <div className="grid gap-4 sm:grid-cols-2">
            <InputField
              label="Calls an hour at most"
              name="callsPerHour"
              type="number"
              min={1}
              defaultValue={values.callsPerHour ?? ''}
              error={faultOf('callsPerHour')}
              hint="Empty: no limit."
            />
            <InputField
              label="Ends, in UTC"
              name="expiresAt"
              type="datetime-local"
              defaultValue={dateTimeText(values.expiresAt)}
              error={faultOf('expiresAt')}
              hint="Empty: never."
            />
          </div>
          <InputField
            label="Reason"
            name="reason"
            maxLength={500}
            autoComplete="off"
            defaultValue={values.reason ?? ''}
            error={faultOf('reason')}
          />
          {isEditable && (
            <div className="flex gap-2">
              <Button type="submit" name="intent" value="save" variant="primary" isPending={isSending}>
                Save the permission
              </Button>
              <ButtonLink to={pathTo.agent(agent.id)}>Cancel</ButtonLink>
            </div>
          )}
        </div>
        <div className="min-w-0 space-y-6">
          <Panel title="Try a call">
            <div className="space-y-4">
              <p className="text-muted">
                What the gate would say by the permission on this page, saved or not. Nothing is called.
              </p>
              <TextareaField
                label="Arguments"
                name="arguments"
                rows={5}
                spellCheck={false}
                className="font-mono text-[0.8125rem]"
                defaultValue={tried}
                error={faultOf('arguments')}
              />
              <Button type="submit" name="intent" value="explain" isPending={isSending}>
                Ask the gate
              </Button>
              {access && (
                <div role="status">
                  <Notice tone={VERDICTS[access.effect].tone} title={VERDICTS[access.effect].title}>
                    {access.rule}
                  </Notice>
                </div>
              )}
            </div>
          </Panel>
          <Panel title="About the tool">
            {tool.description && <p className="mb-3 [overflow-wrap:anywhere]">{tool.description}</p>}
            <CodeBlock code={JSON.stringify(tool.inputSchema, null, 2)} label="Input schema" />
          </Panel>
        </div>
      </Form>
    </>
  );
}
