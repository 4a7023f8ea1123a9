import { builder } from '../../graphql/builder.ts';
import { defineEnum } from '../../graphql/enum.ts';
import { defineList } from '../../graphql/listing.ts';
import { globalId } from '../../graphql/ids.ts';
import type { ChainFault } from '../audit-trail.ts';
import type { ChangedRow } from '../change.ts';
import type { FieldChange } from '../changed-fields.ts';
import type { Noun } from '../policy.ts';
import { auditListing } from './audit.list.ts';
import { type AuditVerification, verifyAudit } from './audit.service.ts';

const AuditedFieldRef = builder.objectRef<FieldChange>('AuditedField').implement({
  access: 'carried',
  description: 'A field that a change has touched. Of a secret only its name is kept.',
  fields: (t) => ({
    field: t.exposeString('field', { nullable: false, description: 'Name of the field.' }),
    before: t.expose('before', {
      type: 'JSON',
      nullable: true,
      description: 'What it was, as its column holds it; null when the row is new or the value is not kept.',
    }),
    after: t.expose('after', {
      type: 'JSON',
      nullable: true,
      description:
        'What it is now, as its column holds it; null when the row is gone or the value is not kept.',
    }),
  }),
});

const AuditedRowRef = builder.objectRef<ChangedRow>('AuditedRow').implement({
  access: 'carried',
  description: 'A row that a change has touched.',
  fields: (t) => ({
    type: t.exposeString('type', { nullable: false, description: 'Its type, such as `Agent`.' }),
    targetId: t.id({
      nullable: false,
      description: 'Its global id; the row may be gone since.',
      resolve: ({ type, id }) => globalId(type as Noun, id),
    }),
    fields: t.expose('fields', {
      type: [AuditedFieldRef],
      nullable: false,
      description: 'The fields in which it differs.',
    }),
  }),
});

const AuditEntryRef = builder.prismaNode('AuditEntry', {
  id: { field: 'id', description: 'Global id of the entry.' },
  access: { noun: 'AuditEntry' },
  description:
    'Who did what, written in the same commit as what it tells of. Entries are numbered without gaps and chained; `auditVerify` follows the chain. For ADMIN.',
  select: { id: true, organizationId: true },
  fields: (t) => ({
    number: t.exposeInt('number', { description: 'Its place in the log of the organization, from 1.' }),
    occurredAt: t.expose('occurredAt', { type: 'DateTime', description: 'When it happened.' }),
    action: t.exposeString('action', { description: 'The mutation, such as `agentUpdate`.' }),
    outcome: t.exposeString('outcome', {
      description: 'DONE, or REFUSED for a sign-in that did not succeed.',
    }),
    actor: t.relation('actor', {
      description: 'Who did it; null when that was nobody known, or somebody who is no member any more.',
    }),
    via: t.exposeString('via', {
      description: 'How the actor came in: session, apiKey, streamToken or job; null before a sign-in.',
    }),
    targetType: t.exposeString('targetType', {
      description: 'Type of what was changed, such as `Agent`; null when it was no row.',
    }),
    targetId: t.id({
      description: 'Global id of what was changed, which may be gone since; null when it was no single row.',
      select: { targetType: true, targetId: true },
      resolve: ({ targetType, targetId }) =>
        targetType && targetId ? globalId(targetType as Noun, targetId) : null,
    }),
    changes: t.field({
      type: [AuditedRowRef],
      nullable: true,
      description: 'The rows that were touched; empty when none was.',
      select: { changes: true },
      resolve: ({ changes }) => changes as unknown as ChangedRow[],
    }),
    address: t.exposeString('address', {
      description: 'Network address that the request came from; null for work of the studio itself.',
    }),
    requestId: t.exposeString('requestId', { description: 'Finds the request in the log.' }),
  }),
});

export const AuditEntryList = defineList(AuditEntryRef, auditListing);
AuditEntryList.toQuery('auditEntries', 'The audit log of the organization, newest first. For ADMIN.');

const AuditFaultKind = defineEnum(
  'AuditFaultKind',
  'What was done to the audit log from outside of the studio.',
  {
    EDITED: 'The entry of this number does not say any more what was written.',
    REMOVED: 'The entry of this number is missing; later ones are there.',
    TRUNCATED: 'Entries from this number on were cut off the end.',
  },
);

const AuditFaultRef = builder.objectRef<ChainFault>('AuditFault').implement({
  access: 'carried',
  description: 'The first place where the audit log is not as it was written.',
  fields: (t) => ({
    number: t.exposeInt('number', { nullable: false, description: 'Number of the entry, counted from 1.' }),
    kind: t.expose('kind', {
      type: AuditFaultKind,
      nullable: false,
      description: 'What is wrong with it.',
    }),
  }),
});

const AuditVerificationRef = builder.objectRef<AuditVerification>('AuditVerification').implement({
  access: 'carried',
  description: "Whether an organization's audit log is as it was written.",
  fields: (t) => ({
    isIntact: t.boolean({
      nullable: false,
      description: 'True when no entry was edited, removed or cut off.',
      resolve: ({ fault }) => fault === null,
    }),
    intactCount: t.exposeInt('intactCount', {
      nullable: false,
      description: 'How many entries are as they were written, from the first one on.',
    }),
    fault: t.expose('fault', {
      type: AuditFaultRef,
      nullable: true,
      description: 'The first fault; null when there is none.',
    }),
  }),
});

builder.queryField('auditVerify', (t) =>
  t.field({
    type: AuditVerificationRef,
    access: { action: 'verify', noun: 'AuditEntry' },
    description:
      'Follows the hashes of the audit log from its first entry to its end and tells of the first entry that was edited, removed or cut off. For ADMIN.',
    resolve: (_root, _args, ctx) => verifyAudit(ctx),
  }),
);
