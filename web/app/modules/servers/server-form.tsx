import { Form, useNavigation } from '@remix-run/react';
import { useState } from 'react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { InputField, SelectField, TextareaField } from '#app/components/ui/field.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import { type ServerProtocol, useServerFormOptionsQuery } from '#app/gql/servers.ts';
import type { Failure } from '#app/lib/failure.ts';
import { ProbeResult, type Probe } from './probe-result.tsx';
import { ADDRESS_FIELDS, COMMAND, type SentServer } from './server-form-input.ts';
import { ServerProgram } from './server-program.tsx';
import { PROTOCOLS } from './server-status.ts';

/** The kinds that the API can run; it refuses the others with a sentence. */
const CREATABLE = ['MCP', 'SIMULATION'] as const satisfies ServerProtocol[];

/** Each shows its own message. */
const FIELDS = [
  'credentials.bearerToken',
  'credentials.headers',
  'credentials.env',
  'name',
  'protocol',
  'url',
  'command',
  'args',
  'preset',
  'preset.name',
  'preset.parameters',
  'description',
];

export interface ServerFormPageProps {
  failure: Failure | null;
  probe: Probe | null;
  sent: SentServer | null;
}

function Credentials({
  fields,
  hasEnvironment,
}: {
  fields: Record<string, string>;
  hasEnvironment: boolean;
}) {
  return (
    <details
      className="rounded-lg border border-line bg-surface"
      open={Object.keys(fields).some((name) => name.startsWith('credentials'))}
    >
      <summary className="flex min-h-11 items-center px-5 font-medium">Credentials</summary>
      <div className="space-y-4 border-t border-line p-5">
        <p className="text-muted">Encrypted when saved, and never shown again.</p>
        <InputField
          label="Bearer token"
          name="bearerToken"
          type="password"
          autoComplete="off"
          error={fields['credentials.bearerToken']}
        />
        <TextareaField
          label="Headers"
          name="headers"
          rows={2}
          spellCheck={false}
          className="font-mono text-[0.8125rem]"
          placeholder="X-Api-Key: …"
          hint="One a line: name, colon, value."
          error={fields['credentials.headers']}
        />
        {hasEnvironment && (
          <TextareaField
            label="Environment"
            name="env"
            rows={2}
            spellCheck={false}
            className="font-mono text-[0.8125rem]"
            placeholder="TOKEN=…"
            hint="One a line, for a program; a preset says which variables it accepts."
            error={fields['credentials.env']}
          />
        )}
      </div>
    </details>
  );
}

export function ServerFormPage({ failure, probe, sent }: ServerFormPageProps) {
  const navigation = useNavigation();
  const intent = navigation.state === 'idle' ? null : navigation.formData?.get('intent');
  const [protocol, setProtocol] = useState<ServerProtocol>(sent?.protocol ?? 'MCP');
  const options = useServerFormOptionsQuery().data;
  const [program, setProgram] = useState(sent?.preset?.name ?? (sent?.command ? COMMAND : ''));
  const { hasUrl, hasCommand } = ADDRESS_FIELDS[protocol];
  const fields = failure?.fields ?? {};
  return (
    <>
      <PageHeader
        title="New server"
        parent={{ to: '/servers', label: 'Servers' }}
        description="Test the connection before you save it."
      />
      <Form method="post" className="max-w-2xl space-y-6">
        <fieldset className="space-y-4 rounded-lg border border-line bg-surface p-5">
          <legend className="sr-only">Connection</legend>
          <InputField
            label="Name"
            name="name"
            defaultValue={sent?.name}
            error={fields['name']}
            autoComplete="off"
          />
          <SelectField
            label="Kind"
            name="protocol"
            value={protocol}
            onChange={(event) => setProtocol(event.target.value as ServerProtocol)}
            hint={PROTOCOLS[protocol].hint}
            error={fields['protocol']}
          >
            {CREATABLE.map((value) => (
              <option key={value} value={value}>
                {PROTOCOLS[value].label}
              </option>
            ))}
          </SelectField>
          {hasUrl && (
            <InputField
              label="URL"
              name="url"
              inputMode="url"
              defaultValue={sent?.url ?? ''}
              error={fields['url']}
              placeholder="https://mcp.example.com/mcp"
              hint="An http(s) address that speaks Streamable HTTP."
              spellCheck={false}
            />
          )}
          {hasCommand && (
            <ServerProgram
              presets={options?.serverPresets ?? []}
              canNameCommand={options?.viewerCanNameServerCommand ?? false}
              program={program}
              onProgram={setProgram}
              sent={sent}
              fields={fields}
            />
          )}
          <InputField
            label="Description"
            name="description"
            defaultValue={sent?.description ?? ''}
            error={fields['description']}
          />
        </fieldset>
        {protocol !== 'SIMULATION' && <Credentials fields={fields} hasEnvironment={program !== ''} />}
        <FailureNotice failure={failure} beside={FIELDS} />
        {probe && <ProbeResult probe={probe} />}
        <div className="flex flex-wrap gap-2">
          <Button
            type="submit"
            name="intent"
            value="create"
            variant="primary"
            isPending={intent === 'create'}
          >
            Save server
          </Button>
          <Button type="submit" name="intent" value="test" icon="bolt" isPending={intent === 'test'}>
            Test connection
          </Button>
          <ButtonLink to="/servers" variant="ghost">
            Cancel
          </ButtonLink>
        </div>
      </Form>
    </>
  );
}
