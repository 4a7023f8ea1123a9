import { Form } from '@remix-run/react';
import { useState } from 'react';
import { FormButtons } from '#app/components/form-buttons.tsx';
import { ShownField } from '#app/components/shown-field.tsx';
import { CheckboxField, InputField, SelectField } from '#app/components/ui/field.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { PageHeader } from '#app/components/ui/page-header.tsx';
import type {
  ModelProviderCreateInput,
  ModelProviderFormModelProviderQuery,
  ModelProviderKind,
} from '#app/gql/settings.ts';
import type { ShownValues } from '#app/lib/edit.server.ts';
import type { Failure } from '#app/lib/failure.ts';
import { isChecked, optionalTextOf, textOf } from '#app/lib/form-text.ts';
import { pathTo } from '#app/lib/paths.ts';
import { PROVIDER_KINDS, isProviderKind } from './model-provider-kinds.ts';

export function readModelProviderForm(form: FormData): ModelProviderCreateInput {
  const kind = textOf(form, 'kind');
  return {
    name: textOf(form, 'name'),
    kind: isProviderKind(kind) ? kind : 'ANTHROPIC',
    defaultModel: textOf(form, 'defaultModel'),
    // Left empty it is not given; of a provider that has one, the key stays.
    apiKey: isChecked(form, 'removesApiKey') ? null : (optionalTextOf(form, 'apiKey') ?? undefined),
    baseUrl: optionalTextOf(form, 'baseUrl'),
    inputTokenPrice: optionalTextOf(form, 'inputTokenPrice'),
    outputTokenPrice: optionalTextOf(form, 'outputTokenPrice'),
  };
}

type EditedProvider = Extract<ModelProviderFormModelProviderQuery['node'], { __typename: 'ModelProvider' }>;
type ProviderValues = Omit<ModelProviderCreateInput, 'apiKey' | 'kind'>;

/** A provider as the form shows it. */
export const modelProviderFormValues = (provider: EditedProvider): ProviderValues => ({
  name: provider.name ?? '',
  defaultModel: provider.defaultModel ?? '',
  baseUrl: provider.baseUrl,
  inputTokenPrice: provider.inputTokenPrice,
  outputTokenPrice: provider.outputTokenPrice,
});

/** Each shows its own message. */
const FIELDS = ['kind', 'name', 'defaultModel', 'apiKey', 'baseUrl', 'inputTokenPrice', 'outputTokenPrice'];

export interface ModelProviderFormPageProps {
  /** The provider that is edited; null for a new one. */
  provider: EditedProvider | null;
  failure: Failure | null;
  /** What the form holds: what was sent, so that a refused form keeps it, or the provider as it is. */
  values: (ProviderValues & { kind?: ModelProviderKind }) | null;
  shown: ShownValues | null;
}

export function ModelProviderFormPage({ provider, failure, values, shown }: ModelProviderFormPageProps) {
  const [chosenKind, setKind] = useState<ModelProviderKind>(values?.kind ?? 'ANTHROPIC');
  const kind = provider?.kind ?? chosenKind;
  const fields = failure?.fields ?? {};
  const { needsKey, needsUrl, label } = PROVIDER_KINDS[kind];
  const hasKey = provider?.hasApiKey ?? false;
  return (
    <>
      <PageHeader
        title={provider ? `Edit ${provider.name ?? 'model provider'}` : 'New model provider'}
        parent={{ to: pathTo.modelProviders, label: 'Model providers' }}
        description={provider && label}
      />
      <Form method="post" className="max-w-2xl space-y-6">
        <FailureNotice failure={failure} beside={FIELDS} />
        <ShownField shown={shown} />
        <div className="space-y-4 rounded-lg border border-line bg-surface p-5">
          {!provider && (
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
          )}
          <InputField
            label="Name"
            name="name"
            required
            defaultValue={values?.name}
            error={fields['name']}
            autoComplete="off"
          />
          <InputField
            label="Default model"
            name="defaultModel"
            required
            defaultValue={values?.defaultModel}
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
                required={needsKey && !hasKey}
                error={fields['apiKey']}
                hint={
                  hasKey
                    ? 'Leave it empty to keep the one that is saved.'
                    : 'Encrypted when saved, and never shown again.'
                }
              />
              {hasKey && !needsKey && (
                <CheckboxField label="Remove the key that is saved" name="removesApiKey" />
              )}
              <InputField
                label="Base URL"
                name="baseUrl"
                inputMode="url"
                required={needsUrl}
                defaultValue={values?.baseUrl ?? ''}
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
              defaultValue={values?.inputTokenPrice ?? ''}
              error={fields['inputTokenPrice']}
              hint="USD for a million tokens."
            />
            <InputField
              label="Price of output"
              name="outputTokenPrice"
              inputMode="decimal"
              defaultValue={values?.outputTokenPrice ?? ''}
              error={fields['outputTokenPrice']}
              hint="USD for a million tokens."
            />
          </div>
        </div>
        <FormButtons action={provider ? 'Save changes' : 'Save provider'} cancelTo={pathTo.modelProviders} />
      </Form>
    </>
  );
}
