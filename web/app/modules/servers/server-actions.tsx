import { useNavigate } from '@remix-run/react';
import { useState } from 'react';
import { Button, ButtonLink } from '#app/components/ui/button.tsx';
import { Menu, MenuAction } from '#app/components/ui/menu.tsx';
import {
  ServerPageQueryDocument,
  useServerActionsDeleteMutation,
  useServerActionsSetMaintenanceMutation,
  useServerActionsSyncToolsMutation,
  useServerFormTestMutation,
  type ServerPageQuery,
} from '#app/gql/servers.ts';
import { isEditable } from '#app/lib/editable.ts';
import { failureOfOutcome, type Failure } from '#app/lib/failure.ts';
import { pathTo } from '#app/lib/paths.ts';
import type { Probe } from './probe-result.tsx';
import { ServerDeleteDialog } from './server-delete-dialog.tsx';

export interface ServerActionsProps {
  server: NonNullable<ServerPageQuery['server']>;
  onFailure: (failure: Failure | null) => void;
  onProbe: (probe: Probe | null) => void;
}

export function ServerActions({ server, onFailure, onProbe }: ServerActionsProps) {
  const navigate = useNavigate();
  const [isDeleting, setIsDeleting] = useState(false);
  // What a test or a sync learns about the server shows on this page.
  const again = { refetchQueries: [ServerPageQueryDocument] };
  const [test, testing] = useServerFormTestMutation(again);
  const [sync, syncing] = useServerActionsSyncToolsMutation(again);
  const [setMaintenance, settingMaintenance] = useServerActionsSetMaintenanceMutation();
  const [remove, removing] = useServerActionsDeleteMutation();
  const allowed = server.viewerCan?.actions ?? [];
  const isInMaintenance = server.status === 'MAINTENANCE';
  const serverId = server.id;

  const onTest = async (): Promise<void> => {
    const { data, error } = await test({ variables: { input: { serverId } } });
    const result = data?.serverTest;
    onFailure(failureOfOutcome(error, result));
    onProbe(result?.__typename === 'ServerTestPayload' ? result.probe : null);
  };
  const onSync = async (): Promise<void> => {
    const { data, error } = await sync({ variables: { input: { serverId } } });
    onFailure(failureOfOutcome(error, data?.serverSyncTools));
  };
  const onMaintain = async (): Promise<void> => {
    const input = { serverId, isInMaintenance: !isInMaintenance };
    const { data, error } = await setMaintenance({ variables: { input } });
    onFailure(failureOfOutcome(error, data?.serverSetMaintenance));
  };
  const onDelete = async (force: boolean): Promise<void> => {
    const { data, error } = await remove({ variables: { input: { serverId, force } } });
    const failure = failureOfOutcome(error, data?.serverDelete);
    setIsDeleting(false);
    onFailure(failure);
    if (!failure) navigate('/servers');
  };

  return (
    <>
      {allowed.includes('TEST') && (
        <Button icon="bolt" isPending={testing.loading} onClick={() => void onTest()}>
          Test
        </Button>
      )}
      {allowed.includes('SYNC') && (
        <Button icon="refresh" isPending={syncing.loading} onClick={() => void onSync()}>
          Sync tools
        </Button>
      )}
      {isEditable(server) && (
        <ButtonLink icon="edit" to={pathTo.serverEdit(server.id)}>
          Edit
        </ButtonLink>
      )}
      <Menu label="More" icon="more">
        {allowed.includes('MAINTAIN') && (
          <MenuAction
            icon={isInMaintenance ? 'play' : 'pause'}
            isDisabled={settingMaintenance.loading}
            onSelect={() => void onMaintain()}
          >
            {isInMaintenance ? 'End maintenance' : 'Start maintenance'}
          </MenuAction>
        )}
        <MenuAction icon="copy" onSelect={() => void navigator.clipboard.writeText(server.id)}>
          Copy the id
        </MenuAction>
        {allowed.includes('DELETE') && (
          <MenuAction icon="cross" isDangerous onSelect={() => setIsDeleting(true)}>
            Delete
          </MenuAction>
        )}
      </Menu>
      <ServerDeleteDialog
        server={server}
        isOpen={isDeleting}
        isPending={removing.loading}
        onClose={() => setIsDeleting(false)}
        onConfirm={(effect) => void onDelete(effect === 'ARCHIVED')}
      />
    </>
  );
}
