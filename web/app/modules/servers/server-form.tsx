import { Form, useNavigation } from '@remix-run/react';
import { useState } from 'react';
import { ShownField } from '#app/components/shown-field.tsx';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { CheckboxField, InputField, SelectField } from '#app/components/ui/field.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import type { ServerFormOptionsFragment, ServerProtocol } from '#app/gql/servers.ts';
import type { ShownValues } from '#app/lib/edit.server.ts';
import type { Failure } from '#app/lib/failure.ts';
import { pathTo } from '#app/lib/paths.ts';
import { ProbeResult, type Probe } from './probe-result.tsx';
import { ServerCredentials } from './server-credentials.tsx';
import { ADDRESS_FIELDS, COMMAND, type EditedServer, type ServerValues } from './server-form-input.ts';
import { ServerProgram } from './server-program.tsx';
import { PROTOCOLS } from './server-status.ts';

/** The kinds that the API can run; it refuses the others with a sentence. */
const CREATABLE = ['MCP', 'SIMULATION'] as const satisfies ServerProtocol[];

const SECOND_MS = 1_000;

/** Each shows its own message. */
const FIELDS = [
  'credentials',
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
  'callTimeoutMs',
];

export interface ServerFormPageProps {
  /** The server that is edited; null for a new one. */
  server: EditedServer | null;
  options: ServerFormOptionsFragment;
  failure: Failure | null;
  probe: Probe | null;
  /** What the form holds: what was sent, so that a refused form keeps it, or the server as it is. */
  values: (ServerValues & { protocol?: ServerProtocol; isTrusted?: boolean }) | null;
  shown: ShownValues | null;
}

export function ServerFormPage({ server, options, failure, probe, values, shown }: ServerFormPageProps) {
  const navigation = useNavigation();
  const intent = navigation.state === 'idle' ? null : navigation.formData?.get('intent');
  const [chosenProtocol, setProtocol] = useState<ServerProtocol>(values?.protocol ?? 'MCP');
  const protocol = server?.protocol ?? chosenProtocol;
  const [program, setProgram] = useState(values?.preset?.name ?? (values?.command ? COMMAND : ''));
  const { hasUrl, hasCommand } = ADDRESS_FIELDS[protocol];
  const fields = failure?.fields ?? {};
  return (
    <>
      {server ? (
        <PageHeader
          title={`Edit ${server.name ?? 'server'}`}
          parent={{ to: pathTo.server(server.id), label: server.name ?? 'Server' }}
          description={PROTOCOLS[protocol].label}
        />
      ) : (
        <PageHeader
          title="New server"
          parent={{ to: '/servers', label: 'Servers' }}
          description="Test the connection before you save it."
        />
      )}
      <Form method="post" className="max-w-2xl space-y-6">
        <ShownField shown={shown} />
        <fieldset className="space-y-4 rounded-lg border border-line bg-surface p-5">
          <legend className="sr-only">Connection</legend>
          <InputField
            label="Name"
            name="name"
            defaultValue={values?.name}
            error={fields['name']}
            autoComplete="off"
          />
          {!server && (
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
          )}
          {hasUrl && (
            <InputField
              label="URL"
              name="url"
              inputMode="url"
              defaultValue={values?.url ?? ''}
              error={fields['url']}
              placeholder="https://mcp.example.com/mcp"
              hint="An http(s) address that speaks Streamable HTTP."
              spellCheck={false}
            />
          )}
          {hasCommand && (
            <ServerProgram
              presets={options.serverPresets ?? []}
              canNameCommand={options.viewerCanNameServerCommand ?? false}
              program={program}
              onProgram={setProgram}
              values={values}
              stored={server?.preset ?? null}
              fields={fields}
            />
          )}
          <InputField
            label="Description"
            name="description"
            defaultValue={values?.description ?? ''}
            error={fields['description']}
          />
        </fieldset>
        {protocol !== 'SIMULATION' && (
          <>
            <fieldset className="space-y-4 rounded-lg border border-line bg-surface p-5">
              <legend className="sr-only">How it is called</legend>
              <InputField
                label="Seconds a call may take"
                name="callSeconds"
                type="number"
                min={1}
                step="any"
                required={server !== null}
                defaultValue={values?.callTimeoutMs ? values.callTimeoutMs / SECOND_MS : ''}
                error={fields['callTimeoutMs']}
                hint={server ? undefined : 'Empty: a minute.'}
              />
              <CheckboxField
                label="It keeps nothing between calls"
                name="isStateless"
                defaultChecked={values?.isStateless ?? false}
                hint="Runs may share a connection. Otherwise each has one of its own."
              />
              {server && (
                <CheckboxField
                  label="Its hints about its tools may be believed"
                  name="isTrusted"
                  defaultChecked={values?.isTrusted ?? false}
                  hint="What it calls read-only or harmless to repeat is taken for it."
                />
              )}
            </fieldset>
            <ServerCredentials
              fields={fields}
              hasEnvironment={program !== ''}
              areSaved={server?.hasCredentials ?? false}
            />
          </>
        )}
        <FailureNotice failure={failure} beside={FIELDS} />
        {probe && <ProbeResult probe={probe} />}
        <div className="flex flex-wrap gap-2">
          <Button type="submit" name="intent" value="save" variant="primary" isPending={intent === 'save'}>
            {server ? 'Save changes' : 'Save server'}
          </Button>
          {!server && (
            <Button type="submit" name="intent" value="test" icon="bolt" isPending={intent === 'test'}>
              Test connection
            </Button>
          )}
          <ButtonLink to={server ? pathTo.server(server.id) : '/servers'} variant="ghost">
            Cancel
          </ButtonLink>
        </div>
      </Form>
    </>
  );
}
