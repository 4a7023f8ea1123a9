export interface Editable {
  archivedAt?: string | null;
  viewerCan: { actions: string[] } | null;
}

/** Whether the viewer is offered to change a row; what was archived can only be read. */
export const isEditable = ({ archivedAt, viewerCan }: Editable): boolean =>
  !archivedAt && (viewerCan?.actions.includes('UPDATE') ?? false);
