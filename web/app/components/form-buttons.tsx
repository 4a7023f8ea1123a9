import { useNavigation } from '@remix-run/react';
import type { Path } from '#app/lib/paths.ts';
import { Button, ButtonLink } from './ui/button.tsx';

/** The end of a form: what it does, and the way back. */
export function FormButtons({ action, cancelTo }: { action: string; cancelTo: Path }) {
  const isPending = useNavigation().state !== 'idle';
  return (
    <div className="flex gap-2">
      <Button type="submit" variant="primary" isPending={isPending}>
        {action}
      </Button>
      <ButtonLink to={cancelTo}>Cancel</ButtonLink>
    </div>
  );
}
