import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { createSchema } from '../schema.ts';

/** Writes `schema.graphql`, the contract, in an order that does not depend on the order of imports. */
const target = fileURLToPath(new URL('../../../schema.graphql', import.meta.url));
writeFileSync(target, `${printSchema(lexicographicSortSchema(createSchema()))}\n`);
