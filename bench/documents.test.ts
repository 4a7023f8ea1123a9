import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { expect, it } from 'vitest';
import { EVENTS_SUBSCRIPTION } from './fan-out/document.ts';
import { COUNTED_PAGE, documentOf, PAGE } from './growth/documents.ts';
import { LIST_QUERY } from './list-query/document.ts';
import { RUN_MUTATION, RUN_SUBSCRIPTION } from './runs/documents.ts';

const schema = buildSchema(readFileSync(new URL('../schema.graphql', import.meta.url), 'utf8'));

it.each([
  ['the list query', LIST_QUERY],
  ['the events of a run', EVENTS_SUBSCRIPTION],
  ['starting a run', RUN_MUTATION],
  ['following it', RUN_SUBSCRIPTION],
  ['a page', PAGE],
  ['a page that is counted', COUNTED_PAGE],
  ['home', documentOf('HomePage_Query')],
  ['the page of a run', documentOf('ExecutionPage_Query')],
])('asks the schema for what it has: %s', (_name, document) => {
  expect(validate(schema, parse(document))).toEqual([]);
});
