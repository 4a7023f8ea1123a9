import { Form, useNavigation } from '@remix-run/react';
import { useState } from 'react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { InputField, SelectField } from '#app/components/ui/field.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import type { ModelProviderCreateInput, ModelProviderKind } from '#app/gql/settings.ts';
import type { Failure } from '#app/lib/failure.ts';
import { optionalTextOf, textOf } from '#app/lib/form-text.ts';
import { PROVIDER_KINDS, isProviderKind } from './model-provider-kinds.ts';

export function readModelProviderForm(form: FormData): ModelProviderCreateInput {
  const kind = textOf(form, 'kind');
  return {
    name: textOf(form, 'name'),
    kind: isProviderKind(kind) ? kind : 'ANTHROPIC',
    defaultModel: textOf(form, 'defaultModel'),
    apiKey: optionalTextOf(form, 'apiKey'),
    baseUrl: optionalTextOf(form, 'baseUrl'),
    inputTokenPrice: optionalTextOf(form, 'inputTokenPrice'),
    outputTokenPrice: optionalTextOf(form, 'outputTokenPrice'),
  };
}

/** Each shows its own message. */
const FIELDS = ['kind', 'name', 'defaultModel', 'apiKey', 'baseUrl', 'inputTokenPrice', 'outputTokenPrice'];

export interface ModelProviderFormPageProps {
  failure: Failure | null;
  sent: Omit<ModelProviderCreateInput, 'apiKey'> | null;
}

export function ModelProviderFormPage({ failure, sent }: ModelProviderFormPageProps) {
  const isPending = useNavigation().state !== 'idle';
  const [kind, setKind] = useState<ModelProviderKind>(sent?.kind ?? 'ANTHROPIC');
  const fields = failure?.fields ?? {};
  const { needsKey, needsUrl } = PROVIDER_KINDS[kind];
  return (
    <>
      <PageHeader
        title="New model provider"
        parent={{ to: '/settings/model-providers', label: 'Model providers' }}
      />
      <Form method="post" className="max-w-2xl space-y-6">
        <FailureNotice failure={failure} beside={FIELDS} />
        <div className="space-y-4 rounded-lg border border-line bg-surface p-5">
          <SelectField
            label="Kind"
            name="kind"
            value={kind}
            onChange={(event) => setKind(event.target.value as ModelProviderKind)}
            error={fields['kind']}
          >
            {Object.entries(PROVIDER_KINDS).map(([value, { label }]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          <InputField
            label="Name"
            name="name"
            required
            defaultValue={sent?.name}
            error={fields['name']}
            autoComplete="off"
          />
          <InputField
            label="Default model"
            name="defaultModel"
            required
            defaultValue={sent?.defaultModel}
            error={fields['defaultModel']}
            hint="Used by agents that name no model of their own."
            spellCheck={false}
          />
          {kind !== 'SIMULATED' && (
            <>
              <InputField
                label="API key"
                name="apiKey"
                type="password"
                autoComplete="off"
                required={needsKey}
                error={fields['apiKey']}
                hint="Encrypted when saved, and never shown again."
              />
              <InputField
                label="Base URL"
                name="baseUrl"
                inputMode="url"
                required={needsUrl}
                defaultValue={sent?.baseUrl ?? ''}
                error={fields['baseUrl']}
                hint={
                  needsUrl
                    ? 'Up to and including the version, such as http://localhost:11434/v1.'
                    : 'Empty: the public endpoint.'
                }
                spellCheck={false}
              />
            </>
          )}
          <div className="grid gap-4 sm:grid-cols-2">
            <InputField
              label="Price of input"
              name="inputTokenPrice"
              inputMode="decimal"
              defaultValue={sent?.inputTokenPrice ?? ''}
              error={fields['inputTokenPrice']}
              hint="USD for a million tokens."
            />
            <InputField
              label="Price of output"
              name="outputTokenPrice"
              inputMode="decimal"
              defaultValue={sent?.outputTokenPrice ?? ''}
              error={fields['outputTokenPrice']}
              hint="USD for a million tokens."
            />
          </div>
        </div>
        <div className="flex gap-2">
          <Button type="submit" variant="primary" isPending={isPending}>
            Save provider
          </Button>
          <ButtonLink to="/settings/model-providers">Cancel</ButtonLink>
        </div>
      </Form>
    </>
  );
}
