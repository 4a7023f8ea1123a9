import { Button } from '#app/components/ui/button.tsx';
import { ConfirmDialog, Dialog } from '#app/components/ui/dialog.tsx';
import { useServerActionsDeletionQuery, type ServerDeletionEffect } from '#app/gql/servers.ts';

export interface ServerDeleteDialogProps {
  server: { id: string; name: string | null };
  isOpen: boolean;
  isPending: boolean;
  onClose: () => void;
  onConfirm: (effect: ServerDeletionEffect) => void;
}

/** Says what the API would do before anybody presses anything: asked anew each time it opens. */
export function ServerDeleteDialog({
  server,
  isOpen,
  isPending,
  onClose,
  onConfirm,
}: ServerDeleteDialogProps) {
  const { data, error } = useServerActionsDeletionQuery({
    variables: { id: server.id },
    skip: !isOpen,
    fetchPolicy: 'network-only',
  });
  const name = server.name ?? 'this server';
  const deletion = data?.server?.deletion;
  if (!deletion || deletion.effect === 'REFUSED') {
    const waiting = error ? 'The API did not say what would happen. Try again.' : 'Looking up what uses it.';
    return (
      <Dialog
        isOpen={isOpen}
        onClose={onClose}
        title={deletion ? `${name} cannot be deleted` : `Delete ${name}?`}
        description={deletion?.reason ?? waiting}
      >
        <div className="flex justify-end">
          <Button onClick={onClose}>Close</Button>
        </div>
      </Dialog>
    );
  }
  const verb = deletion.effect === 'ARCHIVED' ? 'Archive' : 'Delete';
  return (
    <ConfirmDialog
      isOpen={isOpen}
      onClose={onClose}
      title={`${verb} ${name}?`}
      description={deletion.reason}
      action={`${verb} server`}
      isPending={isPending}
      onConfirm={() => onConfirm(deletion.effect)}
    />
  );
}
