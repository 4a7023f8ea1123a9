import { ACTIONS, type Action, canActOn, type Noun, readableFields } from '../domains/policy.ts';
import { builder } from './builder.ts';

/** Every action of the catalogue in upper case, so that a client can switch over them. */
const ViewerAction = builder.enumType('ViewerAction', {
  description: 'Something that a viewer may be allowed to do with a node.',
  values: Object.fromEntries(
    ACTIONS.filter((action) => action !== 'create').map((action) => [
      action.toUpperCase(),
      { value: action, description: `The viewer may ${action} it.` },
    ]),
  ) as Record<string, { value: Action; description: string }>,
});

interface ViewerCan {
  actions: Action[];
  fields: string[];
}

const ViewerCanRef = builder.objectRef<ViewerCan>('ViewerCan').implement({
  access: 'carried',
  description: 'What the viewer may do with a node, and which of its fields the viewer may read.',
  fields: (t) => ({
    actions: t.field({
      type: [ViewerAction],
      nullable: false,
      description:
        'What the viewer may do with the node, by its role; each is checked again when it is done.',
      resolve: (can) => can.actions,
    }),
    fields: t.stringList({
      nullable: false,
      description: 'Names of the fields that the viewer may read; others are null with a FORBIDDEN error.',
      resolve: (can) => can.fields,
    }),
  }),
});

/** The `viewerCan` field of a node; list it in the noun's policy like every other field. */
export const viewerCan = (noun: Noun) => ({
  type: ViewerCanRef,
  nullable: true as const,
  description: 'What you may do with it and read of it, so that a client shows or hides without guessing.',
  resolve: (row: object, _args: object, ctx: { ability: Parameters<typeof canActOn>[0] }): ViewerCan => ({
    actions: ACTIONS.filter((action) =>
      action === 'read' ? true : action !== 'create' && canActOn(ctx.ability, action, noun, row),
    ),
    fields: [...readableFields(ctx.ability, noun, row)].sort(),
  }),
});
