import { builder } from '../../graphql/builder.ts';
import { defineEnum } from '../../graphql/enum.ts';
import { viewerCan } from '../../graphql/viewer-can.ts';
import type { OrganizationPlan } from '../../generated/prisma/enums.ts';
import { getOrganization } from './organization.service.ts';

const OrganizationPlanRef = defineEnum<OrganizationPlan>(
  'OrganizationPlan',
  'What an organization may use; the limits are enforced where a thing is created or started.',
  {
    FREE: 'To try the studio alone.',
    STARTER: 'For one team.',
    PRO: 'For several teams.',
    ENTERPRISE: 'Without limits.',
  },
);

const OrganizationRef = builder.prismaNode('Organization', {
  id: { field: 'id', description: 'Global id, by which `node(id:)` finds it again.' },
  access: { noun: 'Organization' },
  description: 'The tenant: everything belongs to exactly one organization.',
  select: { id: true },
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, as members see it.' }),
    plan: t.expose('plan', { type: OrganizationPlanRef, description: 'Its plan. For VIEWER and above.' }),
    createdAt: t.expose('createdAt', {
      type: 'DateTime',
      description: 'When it was created. For VIEWER and above.',
    }),
    viewerCan: t.field(viewerCan('Organization')),
  }),
});

builder.queryField('organization', (t) =>
  t.prismaField({
    type: OrganizationRef,
    access: { action: 'read', noun: 'Organization' },
    description: 'The organization of the viewer.',
    resolve: (query, _root, _args, ctx) => getOrganization(ctx, { query }),
  }),
);
