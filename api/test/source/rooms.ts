import type { Import } from './imports.ts';

/** A room of docs/architecture.md: which files it holds and what they may import. */
interface Room {
  name: string;
  holds: RegExp;
  /**
   * What may be imported of our own: the name of a room, `own <room>` for files of the same noun, or a path. `*` is
   * everything.
   */
  may: string[];
  /** Packages that the room must not know. */
  without?: RegExp;
  /** The rule in words. */
  rule: string;
}

const STORES = /^(@prisma\/|pg$|bullmq$|ioredis$)/;
const TRANSPORT = /^(graphql-yoga|graphql-ws|ws|@graphql-yoga\/|@envelop\/)/;
const GRAPHQL = /^(@pothos\/|graphql$)/;

const NOUN = 'api/src/domains/[^/]+/';

/** In this order: a file belongs to the first room that holds it. */
const ROOMS: readonly Room[] = [
  {
    name: 'composition root',
    holds:
      /^api\/src\/(main|worker|schema|ability|jobs|machine|print-permissions|graphql\/print)\.ts$|^(prisma|scripts|e2e|bench)\/|^[^/]+\.ts$/,
    may: ['*'],
    rule: 'composition roots may import everything',
  },
  {
    name: 'settings',
    holds: /^api\/src\/env\.ts$/,
    may: [
      'api/src/domains/stdio-preset.ts',
      'api/src/domains/registration-mode.ts',
      'api/src/platform/networks.ts',
      'api/src/server/origin.ts',
    ],
    rule: 'env.ts may import the forms of its settings alone: the presets file, registration, networks, hosts',
  },
  {
    name: 'server',
    holds: /^api\/src\/server\//,
    may: [
      'server',
      'graphql',
      'platform',
      'vocabulary',
      'api/src/schema.ts',
      'api/src/ability.ts',
      'api/src/domains/user/user.service.ts',
    ],
    without: /^(@prisma\/|pg$|bullmq$)/,
    rule: 'server/ may import schema, ability, graphql/, platform/, the vocabulary of the domains and user.service',
  },
  {
    name: 'graphql',
    holds: /^api\/src\/graphql\//,
    may: ['graphql', 'vocabulary', 'platform', 'api/src/generated/pothos.ts'],
    without: new RegExp(`${STORES.source}|${TRANSPORT.source}`),
    rule: 'graphql/ may import platform/ and the vocabulary of the domains',
  },
  {
    name: 'vocabulary',
    holds: /^api\/src\/domains\/[^/]+\.ts$/,
    may: ['vocabulary', 'platform', 'api/src/drivers/driver.ts', 'api/src/jobs.ts', 'generated'],
    without: new RegExp(`^bullmq$|^ioredis$|${TRANSPORT.source}|${GRAPHQL.source}`),
    rule: 'domains/*.ts, the shared vocabulary, may import platform/, the driver ports and the catalogue of jobs',
  },
  {
    name: 'schema',
    holds: new RegExp(`^${NOUN}[^/]+\\.(schema|enums)\\.ts$`),
    may: [
      'graphql',
      'schema',
      'vocabulary',
      'own service',
      'own policy',
      'own errors',
      'own part',
      'own lifecycle',
      'api/src/platform/errors.ts',
      'api/src/generated/prisma/enums.ts',
    ],
    without: STORES,
    rule: '*.schema.ts may import graphql/, its own service and errors, and the types of other nouns',
  },
  {
    name: 'policy',
    holds: new RegExp(`^${NOUN}[^/]+\\.(policy|job|errors)\\.ts$`),
    may: [
      'vocabulary',
      'own errors',
      'own policy',
      'api/src/platform/errors.ts',
      'api/src/generated/prisma/enums.ts',
    ],
    without: /^(?!zod$|@casl\/)/,
    rule: '*.policy.ts, *.job.ts and *.errors.ts may import types, zod and CASL: no input or output',
  },
  {
    name: 'service',
    holds: new RegExp(`^${NOUN}[^/]+\\.service\\.ts$`),
    may: ['service', 'lifecycle', 'policy', 'part', 'platform', 'vocabulary', 'ports', 'generated'],
    without: new RegExp(`${TRANSPORT.source}|${GRAPHQL.source}`),
    rule: '*.service.ts may import platform/, its own noun, other services and driver ports',
  },
  {
    name: 'lifecycle',
    holds: new RegExp(`^${NOUN}[^/]+\\.lifecycle\\.ts$`),
    may: ['lifecycle', 'policy', 'part', 'platform', 'vocabulary', 'own service', 'generated'],
    without: new RegExp(`${TRANSPORT.source}|${GRAPHQL.source}`),
    rule: '*.lifecycle.ts may import platform/ and the other parts of its noun',
  },
  {
    name: 'part',
    holds: new RegExp(`^${NOUN}`),
    may: ['part', 'service', 'lifecycle', 'policy', 'platform', 'vocabulary', 'ports', 'generated'],
    without: new RegExp(`${TRANSPORT.source}|${GRAPHQL.source}`),
    rule: 'a part of a noun may import what its service may',
  },
  {
    name: 'engine',
    holds: /^api\/src\/engine\//,
    may: [
      'engine',
      'service',
      'lifecycle',
      'part',
      'vocabulary',
      'platform',
      'ports',
      'api/src/generated/prisma/enums.ts',
    ],
    without: new RegExp(`${STORES.source}|${TRANSPORT.source}|${GRAPHQL.source}`),
    rule: 'engine/ may import services, driver ports and platform/; it knows neither Prisma nor GraphQL nor a driver',
  },
  {
    name: 'ports',
    holds: /^api\/src\/drivers\/driver\.ts$/,
    may: ['api/src/platform/storable-text.ts'],
    rule: 'driver.ts, the ports, stands alone but for what makes a text storable',
  },
  {
    name: 'drivers',
    holds: /^api\/src\/drivers\//,
    may: [
      'drivers',
      'ports',
      ...['logger', 'errors', 'redaction', 'storable-text'].map((name) => `api/src/platform/${name}.ts`),
    ],
    without: new RegExp(`${STORES.source}|${TRANSPORT.source}|${GRAPHQL.source}`),
    rule: 'drivers/ may import packages, the ports, and logger, errors, redaction and storable-text of platform/',
  },
  {
    name: 'platform',
    holds: /^api\/src\/platform\//,
    may: ['platform', 'generated'],
    without: new RegExp(`${TRANSPORT.source}|${GRAPHQL.source}`),
    rule: 'platform/ may import packages and the generated database client',
  },
  {
    name: 'dashboard',
    holds: /^web\//,
    may: ['dashboard'],
    without: /^(@prisma\/|@pothos\/|@studio\/api|bullmq|ioredis|pg$)/,
    rule: 'web/ may import itself: the contract is schema.graphql alone',
  },
  { name: 'generated', holds: /^api\/src\/generated\//, may: ['*'], rule: '' },
];

const roomOf = (file: string): Room | undefined => ROOMS.find(({ holds }) => holds.test(file));

const nounOf = (file: string): string | undefined => /^api\/src\/domains\/([^/]+)\//.exec(file)?.[1];

/** Null when the import keeps the rules, else a sentence that names both files and the rule. */
export function judge(imported: Import): string | null {
  const { file, target, specifier } = imported;
  const room = roomOf(file);
  if (!room) return `${file} is in no room. Give it one in rooms.ts and in docs/architecture.md.`;
  if (target === null) {
    if (specifier.startsWith('node:') || !room.without?.test(specifier)) return null;
    return `${file} imports ${specifier}: ${room.rule}.`;
  }
  if (room.may.includes('*')) return null;
  const other = roomOf(target);
  const names = [target, other?.name ?? ''];
  if (nounOf(file) !== undefined && nounOf(file) === nounOf(target)) names.push(`own ${other?.name}`);
  return names.some((name) => room.may.includes(name)) ? null : `${file} imports ${target}: ${room.rule}.`;
}

/**
 * The folder that a file stands in, which is what may not be imported both ways: one for each noun, one for their
 * vocabulary. Null for the composition roots and for what is generated.
 */
function folderOf(file: string): string | null {
  const [, folder, rest] = /^api\/src\/([^/]+)\/(.+)$/.exec(file) ?? [];
  if (folder === undefined || folder === 'generated') return null;
  if (folder !== 'domains') return folder;
  return rest!.includes('/') ? `domains/${rest!.split('/')[0]}` : 'vocabulary';
}

/** The same imports between folders; those of types count, since who reads a type reads where it comes from. */
export const betweenFolders = (imports: readonly Import[]): Import[] =>
  imports.flatMap((one) => {
    const file = folderOf(one.file);
    const target = one.target === null ? null : folderOf(one.target);
    return file && target && file !== target ? [{ ...one, file, target, isTypeOnly: false }] : [];
  });
