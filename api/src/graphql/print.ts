import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from '../schema.ts';
import { printPossibleTypes } from './possible-types.ts';

/** Writes the contract, `schema.graphql` and what clients need beside it, independent of the order of imports. */
const target = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));
const schema = createSchema();
writeFileSync(target('schema.graphql'), `${printSchema(lexicographicSortSchema(schema))}\n`);
writeFileSync(target('possible-types.json'), printPossibleTypes(schema));
