import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * What a document may hold, measured before it is validated: validation itself compares every field with every other.
 * Fragments count as often as they are spread. Nobody's screen comes near these numbers.
 */
const MOST = {
  /** The breadth that complexity allows as well; here with `__typename` and introspection. */
  fields: 400,
  /** An alias runs a resolver once more, for one line of text. */
  aliases: 15,
  directivesAtOnePlace: 5,
  directives: 50,
};

interface Size {
  fields: number;
  aliases: number;
  directives: number;
  directivesAtOnePlace: number;
  /** Fields that open or refresh a session, each of which is an attempt. */
  signIns: number;
}

interface Findings {
  fault: GraphQLError | null;
  isIntrospection: boolean;
  isSignIn: boolean;
}

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const sizes = new WeakMap<DocumentNode, Findings>();

/** OPERATION_TOO_COMPLEX, or null. Says nothing about the numbers, which are nobody's business who tries them out. */
export const findSizeFault = (document: DocumentNode): GraphQLError | null => inspect(document).fault;

/** Whether it asks for the schema anywhere. */
export const isIntrospection = (document: DocumentNode): boolean => inspect(document).isIntrospection;

/** Whether it opens, refreshes or ends a session anywhere. */
export const isSignIn = (document: DocumentNode): boolean => inspect(document).isSignIn;

/** Once a document: the parser's cache gives the same object again. */
function inspect(document: DocumentNode): Findings {
  const known = sizes.get(document);
  if (known) return known;
  const fragments = new Map(
    document.definitions
      .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
      .map((fragment) => [fragment.name.value, fragment]),
  );
  const walk = new Walk(fragments);
  const operations = document.definitions
    .filter((definition) => definition.kind === Kind.OPERATION_DEFINITION)
    .map((operation) => {
      const size = walk.ofOperation(operation);
      const signIns = operation.operation === OperationTypeNode.MUTATION ? size.signIns : 0;
      return { fault: faultOf(size, signIns), signIns };
    });
  const found = {
    fault: operations.find(({ fault }) => fault !== null)?.fault ?? null,
    isIntrospection: walk.asksForSchema,
    isSignIn: operations.some(({ signIns }) => signIns > 0),
  };
  sizes.set(document, found);
  return found;
}

function faultOf(size: Size, signIns: number): GraphQLError | null {
  if (signIns > 1) return tooComplex('Send each auth mutation in an operation of its own.');
  if (size.aliases > MOST.aliases)
    return tooComplex('There are too many aliases. Use fewer, or several operations.');
  if (size.fields > MOST.fields) return tooComplex('There are too many fields. Ask for fewer at once.');
  if (size.directivesAtOnePlace > MOST.directivesAtOnePlace || size.directives > MOST.directives)
    return tooComplex('There are too many directives. Use fewer.');
  return null;
}

const tooComplex = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: 'OPERATION_TOO_COMPLEX' } });

/** `authLogin`, `authRegister` and so on; only on the root of a mutation there are fields of this name. */
const SIGN_IN = /^auth[A-Z]/;

const nothing = (): Size => ({ fields: 0, aliases: 0, directives: 0, directivesAtOnePlace: 0, signIns: 0 });

/** Adds up selections. A fragment is looked at once, however often it is spread; one within itself counts nothing. */
class Walk {
  asksForSchema = false;
  private readonly known = new Map<string, Size>();

  constructor(private readonly fragments: Fragments) {}

  ofOperation({ directives, variableDefinitions, selectionSet }: OperationDefinitionNode): Size {
    const size = this.of(selectionSet);
    addDirectives(size, directives);
    for (const variable of variableDefinitions ?? []) addDirectives(size, variable.directives);
    return size;
  }

  private of(selectionSet: SelectionSetNode): Size {
    const size = nothing();
    for (const selection of selectionSet.selections) {
      addDirectives(size, selection.directives);
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        add(size, this.ofFragment(selection.name.value));
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        add(size, this.of(selection.selectionSet));
      } else {
        const name = selection.name.value;
        size.fields += 1;
        if (selection.alias) size.aliases += 1;
        if (SIGN_IN.test(name)) size.signIns += 1;
        if (name === '__schema' || name === '__type') this.asksForSchema = true;
        if (selection.selectionSet) add(size, this.of(selection.selectionSet));
      }
    }
    return size;
  }

  private ofFragment(name: string): Size {
    const known = this.known.get(name);
    if (known) return known;
    const size = nothing();
    // Stands for itself while it is being looked at; validation refuses such a circle.
    this.known.set(name, size);
    const fragment = this.fragments.get(name);
    if (!fragment) return size;
    const total = this.of(fragment.selectionSet);
    addDirectives(total, fragment.directives);
    this.known.set(name, total);
    return total;
  }
}

function addDirectives(size: Size, directives: readonly DirectiveNode[] = []): void {
  size.directives += directives.length;
  size.directivesAtOnePlace = Math.max(size.directivesAtOnePlace, directives.length);
}

function add(size: Size, other: Size): void {
  size.fields += other.fields;
  size.aliases += other.aliases;
  size.directives += other.directives;
  size.directivesAtOnePlace = Math.max(size.directivesAtOnePlace, other.directivesAtOnePlace);
  size.signIns += other.signIns;
}
