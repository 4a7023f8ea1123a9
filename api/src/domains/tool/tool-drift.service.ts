import type { Prisma } from '../../platform/database.ts';
import { ConflictError, NotFoundError } from '../../platform/errors.ts';
import { change } from '../change.ts';
import type { ServiceContext } from '../context.ts';
import { scoped } from '../policy.ts';
import type { ToolSpecification } from './tool-definition.ts';
import { serverToolPolicy } from './tool.policy.ts';

/**
 * Pins the definition that was last seen, so that the tool may be called again. With `seenHash` only the definition of
 * that hash, which is the one the approver has read. Throws NotFoundError, ConflictError.
 */
export async function approveDrift(
  ctx: ServiceContext,
  args: { id: string; seenHash: string | null },
): Promise<{ id: string }> {
  const approval = { action: 'validate', policy: serverToolPolicy, operation: 'toolApproveDrift' } as const;
  return change(ctx, approval, async ({ tx, viewer, record }) => {
    const { organizationId } = viewer;
    const row = await tx.serverTool.findFirst({
      where: { AND: [scoped(ctx, 'validate', 'ServerTool'), { id: args.id }] },
    });
    if (!row) throw new NotFoundError('tool of a server', ['input', 'serverToolId']);
    if (row.status !== 'DRIFTED' || row.seenHash === null) {
      throw new ConflictError(`This tool is ${row.status}: there is no changed definition to approve.`, {
        path: ['input', 'serverToolId'],
      });
    }
    const definition = row.seenDefinition as Prisma.InputJsonObject;
    const pinned = {
      status: 'AVAILABLE',
      pinnedHash: row.seenHash,
      pinnedDefinition: definition,
    } as const;
    const { count } = await tx.serverTool.updateMany({
      where: { id: args.id, organizationId, status: 'DRIFTED', seenHash: args.seenHash ?? row.seenHash },
      data: pinned,
    });
    if (count === 0) {
      throw new ConflictError('The definition has changed again. Look at it as it is now, then approve it.', {
        path: ['input', 'seenHash'],
      });
    }
    const { title, description, inputSchema, annotations } = definition as unknown as ToolSpecification;
    await tx.toolDefinition.updateMany({
      where: { id: row.toolId, organizationId },
      data: {
        title,
        description,
        inputSchema: inputSchema as Prisma.InputJsonObject,
        annotations: annotations as Prisma.InputJsonObject,
      },
    });
    record({ policy: serverToolPolicy, id: args.id }, row, { ...row, ...pinned });
    return { id: args.id };
  });
}
