import { builder } from '../../graphql/builder.ts';
import { defineEnum } from '../../graphql/enum.ts';
import { globalId } from '../../graphql/ids.ts';
import type { Noun } from '../policy.ts';
import { type AuditExport, exportAudit } from './audit.export.ts';
import { AuditEntryList } from './audit.schema.ts';

const AuditExportFormat = defineEnum('AuditExportFormat', 'How an export of the audit log is written.', {
  CSV: 'A line for each entry, its changes as JSON in one cell. A text that a program for tables would take for a formula (it begins with =, +, - or @) has an apostrophe before it.',
  JSON: 'An object on a line of its own for each entry.',
});

const AuditExportRef = builder.objectRef<AuditExport>('AuditExport').implement({
  access: 'carried',
  description: 'A part of the audit log as text.',
  fields: (t) => ({
    content: t.exposeString('content', {
      nullable: false,
      description:
        'The text. What several answers give one after the other makes one file; only that of `after: 0` has the names of the columns of CSV.',
    }),
    entryCount: t.exposeInt('entryCount', { nullable: false, description: 'How many entries are in it.' }),
    lastNumber: t.exposeInt('lastNumber', {
      nullable: false,
      description: 'Number of the last entry in it: `after` of the next request.',
    }),
    hasMore: t.exposeBoolean('hasMore', {
      nullable: false,
      description: 'Whether further entries follow it, which the next request gives.',
    }),
  }),
});

builder.queryField('auditExport', (t) =>
  t.field({
    type: AuditExportRef,
    access: { action: 'read', noun: 'AuditEntry' },
    description:
      'The audit log of the organization as a text to keep, oldest entry first, in parts of at most 1000 entries and about a million characters. For ADMIN.',
    // As many rows as it may hold.
    complexity: ({ first }) => first ?? 1_000,
    args: {
      format: t.arg({ type: AuditExportFormat, required: true, description: 'How it is written.' }),
      filter: t.arg({
        type: AuditEntryList.Filter,
        description: 'Which audit entries to export; all that you may see when left out.',
      }),
      first: t.arg.int({ description: 'How many entries at most, 1 to 1000; 1000 when left out.' }),
      after: t.arg.int({
        description: 'Number of the last entry that you have; from the first on when left out.',
      }),
    },
    resolve: (_root, { format, filter, first, after }, ctx) =>
      exportAudit(
        ctx,
        {
          format,
          filter: AuditEntryList.local(filter as Record<string, unknown> | null | undefined),
          first,
          after,
        },
        (type, id) => globalId(type as Noun, id),
      ),
  }),
);
