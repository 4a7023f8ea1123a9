// @vitest-environment node
import { readFileSync } from 'node:fs';
import { gql } from '@apollo/client';
import {
  buildSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type SelectionSetNode,
} from 'graphql';
import { describe, expect, it } from 'vitest';
import { typePolicies } from '#app/gql/type-policies.ts';
import { createCache } from './cache.client.ts';

const schema = buildSchema(readFileSync(new URL('../../../../schema.graphql', import.meta.url), 'utf8'));
const documents = import.meta.glob<string>('../../**/*.graphql', {
  query: '?raw',
  import: 'default',
  eager: true,
});

const fragments = Object.values(documents).flatMap((source) =>
  parse(source).definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION),
);

/** Directly, or by a fragment that is spread. */
const selectsId = ({ selections }: SelectionSetNode): boolean =>
  selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return !selection.alias && selection.name.value === 'id';
    if (selection.kind === Kind.INLINE_FRAGMENT) return selectsId(selection.selectionSet);
    const fragment = fragments.find(({ name }) => name.value === selection.name.value);
    return fragment !== undefined && selectsId(fragment.selectionSet);
  });

describe('the cache of the browser', () => {
  it('[WEB-4] knows every connection of the schema', () => {
    const connections = Object.values(schema.getTypeMap()).filter(
      (type) => isObjectType(type) && 'pageInfo' in type.getFields() && 'edges' in type.getFields(),
    );
    expect(connections.length).toBeGreaterThan(6);
    for (const { name } of connections) expect(typePolicies[name]).toMatchObject({ merge: true });
  });

  it('[WEB-4] is given the id of every node that a document asks for', () => {
    const without: string[] = [];
    const types = new TypeInfo(schema);
    for (const [path, source] of Object.entries(documents)) {
      visit(
        parse(source),
        visitWithTypeInfo(types, {
          Field(field) {
            const type = getNamedType(types.getType());
            const isNode =
              (isObjectType(type) && type.getInterfaces().some(({ name }) => name === 'Node')) ||
              (isInterfaceType(type) && type.name === 'Node');
            if (isNode && field.selectionSet && !selectsId(field.selectionSet)) {
              without.push(`${path}: ${field.name.value}`);
            }
          },
        }),
      );
    }
    expect(without).toEqual([]);
  });

  it('[WEB-4] keeps what one page asked of a value when another page asks something else of it', () => {
    const cache = createCache();
    const write = (fields: string, viewerCan: object) =>
      cache.writeQuery({
        query: gql`query { agent(id: "a") { id viewerCan { ${fields} } } }`,
        data: {
          agent: { __typename: 'Agent', id: 'a', viewerCan: { __typename: 'ViewerCan', ...viewerCan } },
        },
      });
    write('actions', { actions: ['UPDATE'] });
    write('fields', { fields: ['name'] });
    expect(cache.extract()['Agent:a']).toMatchObject({
      viewerCan: { actions: ['UPDATE'], fields: ['name'] },
    });
  });
});
