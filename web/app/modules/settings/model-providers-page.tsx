import { useState } from 'react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { ConfirmDialog } from '#app/components/ui/dialog.tsx';
import { EmptyState } from '#app/components/ui/empty-state.tsx';
import { FailureNotice } from '#app/components/ui/notice.tsx';
import { Panel } from '#app/components/ui/panel.tsx';
import { SimulatedChip } from '#app/components/ui/status.tsx';
import { Cell, Row, Table } from '#app/components/ui/table.tsx';
import {
  useModelProvidersPageDeleteMutation,
  useModelProvidersPageQuery,
  type ModelProvidersPageQuery,
} from '#app/gql/settings.ts';
import { isEditable } from '#app/lib/editable.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { nodesOf } from '#app/lib/paging.ts';
import { pathTo } from '#app/lib/paths.ts';
import { PROVIDER_KINDS } from './model-provider-kinds.ts';
import { SettingsLayout } from './settings-layout.tsx';

type Provider = ReturnType<
  typeof nodesOf<
    NonNullable<
      NonNullable<
        NonNullable<NonNullable<ModelProvidersPageQuery['modelProviders']>['edges']>[number]
      >['node']
    >
  >
>[number];

const COLUMNS = [
  { label: 'Provider' },
  { label: 'Kind', from: 'sm' },
  { label: 'Default model', from: 'md' },
  { label: 'Key', from: 'lg' },
  { label: 'Actions', isLabelHidden: true },
] as const;

export function ModelProvidersPage(page: { loaded: ModelProvidersPageQuery }) {
  const { data, refetch } = useModelProvidersPageQuery(page);
  const [remove, { loading }] = useModelProvidersPageDeleteMutation();
  const [failure, setFailure] = useState<Failure | null>(null);
  const [leaving, setLeaving] = useState<Provider | null>(null);
  const providers = nodesOf(data?.modelProviders);
  const onDelete = async (): Promise<void> => {
    if (!leaving) return;
    const outcome = await remove({ variables: { input: { modelProviderId: leaving.id } } });
    setFailure(failureOfOutcome(outcome.error, outcome.data?.modelProviderDelete));
    setLeaving(null);
    await refetch();
  };
  const create = (
    <ButtonLink to="/settings/model-providers/new" size="sm" variant="primary" icon="plus">
      New provider
    </ButtonLink>
  );
  return (
    <SettingsLayout>
      <FailureNotice failure={failure} className="mb-4" />
      <Panel title="Model providers" isFlush aside={create}>
        {providers.length === 0 ? (
          <EmptyState icon="agent" title="No model providers yet" action={create}>
            Agents need a model. Add Anthropic, OpenAI, any OpenAI-compatible endpoint, or the simulated
            model.
          </EmptyState>
        ) : (
          <Table caption="Model providers" columns={[...COLUMNS]}>
            {providers.map((provider) => (
              <Row key={provider.id}>
                <Cell className="main-cell">
                  <span className="flex items-center gap-2">
                    <span className="truncate font-medium">{provider.name}</span>
                    {provider.isSimulated && <SimulatedChip />}
                  </span>
                  {provider.baseUrl && (
                    <span className="block truncate font-mono text-xs text-faint">{provider.baseUrl}</span>
                  )}
                </Cell>
                <Cell from="sm" className="quiet-cell">
                  {provider.kind && PROVIDER_KINDS[provider.kind].label}
                </Cell>
                <Cell from="md" className="font-mono text-xs whitespace-nowrap text-muted">
                  {provider.defaultModel}
                </Cell>
                <Cell from="lg" className="font-mono text-xs whitespace-nowrap text-muted">
                  {provider.hasApiKey ? (provider.apiKeyHint ?? 'Saved') : 'None'}
                </Cell>
                <Cell className="text-right whitespace-nowrap">
                  {isEditable(provider) && (
                    <ButtonLink
                      size="sm"
                      variant="ghost"
                      icon="edit"
                      to={pathTo.modelProviderEdit(provider.id)}
                      aria-label={`Edit ${provider.name}`}
                    >
                      Edit
                    </ButtonLink>
                  )}{' '}
                  {provider.viewerCan?.actions.includes('DELETE') && (
                    <Button size="sm" variant="danger" onClick={() => setLeaving(provider)}>
                      Delete
                    </Button>
                  )}
                </Cell>
              </Row>
            ))}
          </Table>
        )}
      </Panel>
      <ConfirmDialog
        isOpen={leaving !== null}
        onClose={() => setLeaving(null)}
        title={`Delete ${leaving?.name ?? 'this provider'}?`}
        description="Agents that use it cannot run until they have another one."
        action="Delete provider"
        isPending={loading}
        onConfirm={() => void onDelete()}
      />
    </SettingsLayout>
  );
}
