import {
  getNamedType,
  getNullableType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

type OperationKind = 'query' | 'mutation' | 'subscription';

export interface RootField {
  kind: OperationKind;
  field: GraphQLField<unknown, unknown>;
}

/** One place of one operation where an id goes in. */
export interface IdInput extends RootField {
  /** From the arguments down, such as ['input', 'agentId']. */
  path: string[];
}

type Inlet = GraphQLArgument | GraphQLInputField;

/** Every place where an id goes in, however deep in its inputs. */
export function listIdInputs(schema: GraphQLSchema): IdInput[] {
  return listRootFields(schema).flatMap(({ kind, field }) =>
    field.args.flatMap((argument) => idPaths(argument, [])).map((path) => ({ kind, field, path })),
  );
}

export function listRootFields(schema: GraphQLSchema): RootField[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
    ['subscription', schema.getSubscriptionType()],
  ] as const;
  return roots.flatMap(([kind, type]) => Object.values(type!.getFields()).map((field) => ({ kind, field })));
}

function idPaths(inlet: Inlet, above: string[]): string[][] {
  const path = [...above, inlet.name];
  const type = getNamedType(inlet.type);
  if (type.name === 'ID') return [path];
  if (!isInputObjectType(type)) return [];
  return Object.values(type.getFields()).flatMap((field) => idPaths(field, path));
}

/** A value for every input that is required, and for the one at `path`. Throws for a required input it cannot fill. */
export function fillArguments(
  field: GraphQLField<unknown, unknown>,
  path: string[],
  value: string,
  fill: (inlet: Inlet, path: string[]) => unknown,
): Record<string, unknown> {
  const fillInlets = (inlets: readonly Inlet[], above: string[], rest: string[]): Record<string, unknown> =>
    Object.fromEntries(
      inlets.flatMap((inlet) => {
        const here = [...above, inlet.name];
        const isOnPath = inlet.name === rest[0];
        const isRequired = isRequiredInlet(inlet);
        const type = getNamedType(inlet.type);
        if (isInputObjectType(type) && (isOnPath || isRequired)) {
          return [
            [inlet.name, fillInlets(Object.values(type.getFields()), here, isOnPath ? rest.slice(1) : [])],
          ];
        }
        if (isOnPath) return [[inlet.name, isListOf(inlet.type) ? [value] : value]];
        const filled = fill(inlet, here) ?? (isRequired ? plainValue(inlet, here) : undefined);
        return filled === undefined ? [] : [[inlet.name, filled]];
      }),
    );
  return fillInlets(field.args, [], path);
}

const isRequiredInlet = (inlet: Inlet): boolean =>
  isRequiredArgument(inlet as GraphQLArgument) || isRequiredInputField(inlet as GraphQLInputField);

const isListOf = (type: GraphQLInputType): boolean => isListType(getNullableType(type));

function plainValue(inlet: Inlet, path: string[]): unknown {
  const type = getNamedType(inlet.type);
  if (isEnumType(type)) return type.getValues()[0]!.name;
  const values: Record<string, unknown> = { String: 'text', Int: 1, Boolean: true, JSONObject: {} };
  if (!(type.name in values))
    throw new Error(`Say what ${path.join('.')}, a ${type.name}, is to be filled with.`);
  return values[type.name];
}

/**
 * A document that asks for everything the answer can hold: the fields of each type, and of the objects next to it where
 * the types are few. A field that has another type in another member of the union is renamed to `<type>_<field>`.
 */
export function documentOf(schema: GraphQLSchema, { kind, field }: RootField): string {
  const answer = getNamedType(field.type);
  const depth = isInterfaceType(answer) ? 0 : answer.name.endsWith('Connection') ? 2 : 1;
  const variables = field.args.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = selectionOf(schema, answer, depth);
  return `${kind}${variables && ` (${variables})`} { ${field.name}${passed && `(${passed})`} ${selection} }`;
}

/** Aliases that the API takes in one operation. */
const MOST_ALIASES = 15;
const TEXTS = ['String', 'JSON'];

/** What has been asked for so far: the aliases of the document, and the types of the fields of one union. */
interface Asked {
  document: { aliases: number };
  types: Map<string, string>;
}

function selectionOf(schema: GraphQLSchema, type: GraphQLNamedType, depth: number, above?: Asked): string {
  const asked: Asked = { document: above?.document ?? { aliases: 0 }, types: new Map() };
  if (isObjectType(type)) return `{ ${fieldsOf(schema, type, depth, asked)} }`;
  if (!isAbstractType(type)) return '';
  const members = schema.getPossibleTypes(type).filter((member) => !isError(member));
  const parts = members.map(
    (member) => `... on ${member.name} { ${fieldsOf(schema, member, depth, asked)} }`,
  );
  const errors = schema.getPossibleTypes(type).some(isError) ? '... on Error { message code path }' : '';
  return `{ __typename ${parts.join(' ')} ${errors} }`;
}

const isError = (type: GraphQLObjectType): boolean =>
  type.getInterfaces().some(({ name }) => name === 'Error');

function fieldsOf(schema: GraphQLSchema, type: GraphQLObjectType, depth: number, asked: Asked): string {
  const fields = Object.values(type.getFields())
    .filter((field) => !field.args.some(isRequiredArgument))
    .filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)))
    .map((field) => {
      const known = asked.types.get(field.name) ?? String(field.type);
      asked.types.set(field.name, known);
      const isOther = known !== String(field.type);
      // Aliases are for texts, which can tell something; what is left out is asked for by the query of its own type.
      const isText = TEXTS.includes(getNamedType(field.type).name);
      if (isOther && (!isText || (asked.document.aliases += 1) > MOST_ALIASES)) return '';
      const inner = selectionOf(schema, getNamedType(field.type), depth - 1, asked);
      return `${isOther ? `${type.name}_${field.name}: ` : ''}${field.name} ${inner}`;
    });
  return `__typename ${fields.join(' ')}`;
}
