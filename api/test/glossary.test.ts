import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { GraphQLInterfaceType } from 'graphql';
import { describe, expect, it } from 'vitest';
import { Prisma } from '../src/generated/prisma/client.ts';
import { createSchema } from '../src/schema.ts';
import { readGlossary } from './source/glossary.ts';
import { PROJECT_DIR } from './source/imports.ts';

/** The glossary of docs/architecture.md: what a noun is called in each place. */
const schema = createSchema();
const lines = readGlossary();

const modelNames: string[] = Object.values(Prisma.ModelName);
const nodeNames = schema
  .getImplementations(schema.getType('Node') as GraphQLInterfaceType)
  .objects.map(({ name }) => name);

const missing = (names: string[], column: 'model' | 'type', what: string) =>
  names
    .filter((name) => !lines.some((line) => line[column] === name))
    .map(
      (name) => `The glossary of docs/architecture.md has no line for the ${what} ${name}: say what it is.`,
    );

describe('The glossary', () => {
  it('has a line for every model and every type with a global id', () => {
    expect(missing(modelNames, 'model', 'model')).toEqual([]);
    expect(missing(nodeNames, 'type', 'type')).toEqual([]);
  });

  it('names nothing that has gone, and says of each what it is', () => {
    const faults = lines.flatMap(({ noun, meaning, model, type, room }) => [
      ...(meaning ? [] : [`The line of ${noun} does not say what it is.`]),
      ...(model === null || modelNames.includes(model) ? [] : [`There is no model ${model} (${noun}).`]),
      ...(type === null || schema.getType(type) ? [] : [`There is no type ${type} in the schema (${noun}).`]),
      ...(room === null || existsSync(join(PROJECT_DIR, 'api/src/domains', room))
        ? []
        : [`There is no room api/src/domains/${room} (${noun}).`]),
    ]);
    expect(faults).toEqual([]);
    expect(lines.map(({ noun }) => noun)).toEqual([...new Set(lines.map(({ noun }) => noun))]);
  });
});
