import type { DocumentNode } from 'graphql';
import { UnsupportedError } from '../platform/row-conditions.ts';

/** An operation of a document; the name may be left out where there is one only. */
export interface NamedOperation {
  document: DocumentNode;
  operationName?: string | null | undefined;
}

/** Makes a plan of each operation once; null for one that is left to the executor. */
export function planOnce<P>(make: (operation: NamedOperation) => P): (operation: NamedOperation) => P | null {
  const plans = new WeakMap<DocumentNode, Map<string, P | null>>();
  return (operation) => {
    let ofDocument = plans.get(operation.document);
    if (!ofDocument) plans.set(operation.document, (ofDocument = new Map()));
    const name = operation.operationName ?? '';
    let plan = ofDocument.get(name);
    if (plan === undefined) ofDocument.set(name, (plan = orNull(() => make(operation))));
    return plan;
  };
}

/** Null where the executor has to do it; it meets the same fault, and tells of it at its path. */
export function orNull<T>(make: () => T): T | null {
  try {
    return make();
  } catch (error) {
    if (error instanceof UnsupportedError) return null;
    throw error;
  }
}
