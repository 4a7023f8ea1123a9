import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { policies } from '../src/ability.ts';
import { MODELS_WITHOUT_RULES } from '../src/domains/policy.ts';
import { Prisma } from '../src/generated/prisma/client.ts';
import { listSources, PROJECT_DIR, readImports } from './source/imports.ts';

/**
 * The places of a noun that would be missed by nobody: each says what to do when it was forgotten. The others fail where they
 * are used; CONTRIBUTING.md lists them all in order.
 */
const models = [
  ...readFileSync(join(PROJECT_DIR, 'prisma/schema.prisma'), 'utf8').matchAll(
    /^model (\w+) \{\n([^]*?)^\}/gm,
  ),
].map(([, name, body]) => ({ name: name!, body: body! }));
const isOfTenant = (body: string) => /^ {2}organizationId +String\b/m.test(body);
const tenants = models.filter(({ body }) => isOfTenant(body)).map(({ name }) => name);

/** What belongs to no organization, or to one by the row that it is a part of. */
const WITHOUT_ORGANIZATION = ['Organization', 'RefreshToken', 'SigningKey'];
const POINTS = /^ {2}\w+ +(\w+)\?? +@relation\((?:"\w+", )?fields: \[([^\]]*)\]/gm;

describe('prisma/schema.prisma', () => {
  it('[ORG-2] gives every model an organization', () => {
    const faults = models
      .filter(({ name, body }) => !isOfTenant(body) && !WITHOUT_ORGANIZATION.includes(name))
      .map(({ name }) => `${name} belongs to no organization: give it organizationId and the relation.`);
    expect(faults).toEqual([]);
  });

  it('[ORG-2] lets a row of one organization point at none of another', () => {
    const faults = models.flatMap(({ name, body }) => {
      const relations = [...body.matchAll(POINTS)].map(([, target, columns]) => ({ target, columns }));
      const loose = relations.filter(
        ({ target, columns }) =>
          isOfTenant(body) && tenants.includes(target!) && !/\borganizationId\b/.test(columns!),
      );
      const isUnique = !/^ {2}id +String +@id/m.test(body) || body.includes('@@unique([organizationId, id])');
      const isPointedAt = models.some((other) =>
        [...other.body.matchAll(POINTS)].some(([, target]) => target === name),
      );
      return [
        ...loose.map(
          ({ target }) =>
            `${name} points at ${target} without the organization: fields: [organizationId, …Id], references: [organizationId, id].`,
        ),
        ...(isOfTenant(body) && isPointedAt && !isUnique
          ? [`${name} needs @@unique([organizationId, id]), at which others point.`]
          : []),
      ];
    });
    expect(faults).toEqual([]);
  });
});

describe('The composition roots', () => {
  const sources = listSources('api/src/domains').filter((file) => !file.endsWith('.test.ts'));
  const filesOf = (file: string) => readImports(file).flatMap(({ target }) => target ?? []);
  const importedBy = (root: string) => filesOf(`api/src/${root}`);

  it('api/src/schema.ts has every *.schema.ts', () => {
    // A part of a group may come with a file that needs it.
    const known = new Set(importedBy('schema.ts'));
    for (const file of known) if (file.endsWith('.schema.ts')) filesOf(file).forEach((one) => known.add(one));
    const faults = sources
      .filter((file) => file.endsWith('.schema.ts') && !known.has(file))
      .map((file) => `Import ${file} in api/src/schema.ts: its types and operations do not exist otherwise.`);
    expect(faults).toEqual([]);
  });

  it('api/src/ability.ts has every policy, and every model has one or is said to need none', () => {
    const known = importedBy('ability.ts');
    const unread = sources
      .filter((file) => file.endsWith('.policy.ts') && !known.includes(file))
      .map((file) => `Add the policy of ${file} to api/src/ability.ts: nobody may do anything otherwise.`);
    expect(unread).toEqual([]);
    const ruled: string[] = [...policies.map(({ noun }) => noun), ...MODELS_WITHOUT_RULES];
    const unruled = Object.values(Prisma.ModelName)
      .filter((model) => !ruled.includes(model))
      .map(
        (model) =>
          `${model} has no policy in api/src/ability.ts. If nobody reads it through the API, add it to MODELS_WITHOUT_RULES.`,
      );
    expect(unruled).toEqual([]);
    const names = policies.map(({ noun }) => noun) as string[];
    expect(
      MODELS_WITHOUT_RULES.filter((model) => names.includes(model)),
      'These have a policy now: take them out of MODELS_WITHOUT_RULES.',
    ).toEqual([]);
  });

  it('api/src/jobs.ts has every *.job.ts', () => {
    const known = importedBy('jobs.ts');
    const faults = sources
      .filter((file) => file.endsWith('.job.ts') && !known.includes(file))
      .map((file) => `Add the job of ${file} to api/src/jobs.ts: nobody can ring for it otherwise.`);
    expect(faults).toEqual([]);
  });

  it('web/app/modules/registry.ts has every definition.ts', () => {
    const known = filesOf('web/app/modules/registry.ts');
    const faults = listSources('web/app/modules')
      .filter((file) => file.endsWith('/definition.ts') && !known.includes(file))
      .map((file) => `Add the module of ${file} to web/app/modules/registry.ts: it has no page otherwise.`);
    expect(faults).toEqual([]);
  });
});
