import type { ShownValues } from '#app/lib/edit.server.ts';

/** Sends back with a form what it was filled with; nothing for a new row. */
export function ShownField({ shown }: { shown: ShownValues | null }) {
  return shown && <input type="hidden" name="shown" value={JSON.stringify(shown)} readOnly />;
}
