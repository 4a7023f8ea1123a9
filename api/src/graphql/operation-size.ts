import { complexityFromQuery } from '@pothos/plugin-complexity';
import {
  type DocumentNode,
  getOperationAST,
  getVariableValues,
  GraphQLError,
  type GraphQLSchema,
  Kind,
} from 'graphql';

/** The limits that a query may not pass; the numbers are generous for people and small for bombs. */
export const LIMITS = { depth: 12, breadth: 400, complexity: 20_000 };

/** As the complexity plugin measures an operation. */
export interface OperationSize {
  complexity: number;
  depth: number;
  breadth: number;
}

export const isWithinLimits = (size: OperationSize): boolean =>
  size.complexity <= LIMITS.complexity && size.depth <= LIMITS.depth && size.breadth <= LIMITS.breadth;

export interface MeasuredOperation {
  document: DocumentNode;
  operationName?: string | null | undefined;
  variableValues?: Record<string, unknown> | null | undefined;
  schema: GraphQLSchema;
  contextValue: unknown;
}

/** Null for an operation of which execution says what is wrong with it. */
export function sizeOf({
  document,
  operationName,
  variableValues,
  schema,
  contextValue,
}: MeasuredOperation): OperationSize | null {
  const operation = getOperationAST(document, operationName);
  if (!operation) return null;
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  // The plugin would tell all that is wrong with them, and look for what was meant, for each of a hundred thousand.
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variableValues ?? {}, {
    maxErrors: 1,
  });
  if (errors) return null;
  try {
    return complexityFromQuery(
      { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] },
      { schema, ctx: contextValue as object, variables: variableValues ?? {} },
    );
  } catch (error) {
    // Variables that do not fit.
    if (error instanceof GraphQLError) return null;
    throw error;
  }
}
