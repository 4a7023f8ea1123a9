import {
  getNamedType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';

/**
 * Operations that a program could send, made from the schema: mostly right, with ids that exist, and here and there a
 * value that nobody expects. The same seed gives the same operations.
 */
export interface RandomOperation {
  kind: 'query' | 'mutation' | 'subscription';
  name: string;
  query: string;
  variables: Record<string, unknown>;
}

export type Random = () => number;

/** mulberry32: 32 bits of state are enough here, and it is the same on every machine. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Odds of a value that nobody expects, of an input that is left out, and of a null. */
const ODD = 0.06;
const LEFT_OUT = 0.5;
const NULL = 0.04;
const DEEPEST = 5;
const MOST_FIELDS = 60;

const ODD_TEXTS = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '\u202eevil',
  "'; DROP TABLE users; --",
  '%_\\',
  '{{name}} ${name} {{',
  '../../etc/passwd',
  'x'.repeat(20_000),
  '𝒳'.repeat(200),
  'NaN',
  '-1',
  '[object Object]',
  '__proto__',
];
const ODD_NUMBERS = [0, -1, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 1.5, 1e308, '1'];
const ODD_INSTANTS = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '1970-01-01T00:00:00.000000001Z',
  'yesterday',
  0,
];
const base64 = (text: string) => Buffer.from(text).toString('base64');

/**
 * `ids`: the global ids that exist, of each noun. `nounOf`: of which noun an input of this name is. `values`: what to put
 * into inputs such as `email: String`, where a text would not do.
 */
export class OperationMaker {
  private fields = 0;
  private variables: Record<string, unknown> = {};
  private declarations: string[] = [];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly random: Random,
    private readonly ids: Record<string, string>,
    private readonly nounOf: Record<string, string | null>,
    private readonly values: Record<string, readonly unknown[]>,
  ) {}

  /** One root field with a random selection. */
  make(root: { kind: RandomOperation['kind']; field: GraphQLField<unknown, unknown> }): RandomOperation {
    this.fields = 0;
    this.variables = {};
    this.declarations = [];
    const { kind, field } = root;
    const selection = this.field(field, 0);
    const declared = this.declarations.length > 0 ? `(${this.declarations.join(', ')})` : '';
    return {
      kind,
      name: field.name,
      query: `${kind} Random${declared} { ${selection} }`,
      variables: this.variables,
    };
  }

  private field(field: GraphQLField<unknown, unknown>, depth: number): string {
    this.fields += 1;
    const passed = field.args.flatMap((argument) => this.argument(argument));
    const type = getNamedType(field.type);
    const inner = isCompositeType(type) ? ` { ${this.selection(type, depth + 1)} }` : '';
    return `${field.name}${passed.length > 0 ? `(${passed.join(', ')})` : ''}${inner}`;
  }

  private argument(argument: GraphQLArgument): string[] {
    if (!isRequiredArgument(argument) && this.chance(LEFT_OUT)) return [];
    const name = `v${this.declarations.length}`;
    this.declarations.push(`$${name}: ${String(argument.type)}`);
    this.variables[name] = this.value(argument.type, argument.name);
    return [`${argument.name}: $${name}`];
  }

  /** Names that mean two things among the members of a union are asked for once. */
  private selection(type: GraphQLNamedType, depth: number, taken = new Map<string, string>()): string {
    if (isAbstractType(type)) {
      const members = this.schema.getPossibleTypes(type);
      const chosen = members.filter(({ name }) => /Payload$|Error$/.test(name) || this.chance(0.4));
      const parts = chosen.map(
        (member) => `... on ${member.name} { ${this.selection(member, depth, taken)} }`,
      );
      return `__typename ${parts.join(' ')}`;
    }
    if (!isObjectType(type)) return '__typename';
    const fields = Object.values(type.getFields()).filter((field) =>
      this.isWanted(type, field, depth, taken),
    );
    return `__typename ${fields.map((field) => this.field(field, depth)).join(' ')}`;
  }

  private isWanted(
    type: GraphQLNamedType,
    field: GraphQLField<unknown, unknown>,
    depth: number,
    taken: Map<string, string>,
  ): boolean {
    const isComposite = isCompositeType(getNamedType(field.type));
    const signature =
      isComposite || field.args.length > 0 ? `${type.name} ${field.name}` : String(field.type);
    const known = taken.get(field.name);
    if (known !== undefined && known !== signature) return false;
    if (isComposite && (depth >= DEEPEST || this.fields > MOST_FIELDS)) return false;
    if (!this.chance(isComposite ? 0.35 : 0.5)) return false;
    taken.set(field.name, signature);
    return true;
  }

  private value(type: GraphQLInputType, name: string): unknown {
    if (isNonNullType(type)) return this.chance(ODD / 6) ? null : this.value(type.ofType, name);
    if (this.chance(NULL)) return null;
    if (isListType(type)) {
      const count = this.chance(ODD) ? this.pick([0, 100, 101, 40_000]) : this.integer(3);
      const item = this.value(type.ofType, name);
      return Array.from({ length: count }, () => (count > 3 ? item : this.value(type.ofType, name)));
    }
    if (isInputObjectType(type)) {
      const inlets = Object.values(type.getFields()).filter(
        (inlet) => isRequiredInputField(inlet) || !this.chance(LEFT_OUT),
      );
      const entries = inlets.map((inlet: GraphQLInputField) => [
        inlet.name,
        this.value(inlet.type, inlet.name),
      ]);
      return Object.fromEntries(entries);
    }
    const isOdd = this.chance(ODD);
    const known = this.values[`${name}: ${type.name}`];
    if (isEnumType(type)) return isOdd ? 'NOTHING' : this.pick(type.getValues()).name;
    if (type.name === 'ID') return isOdd ? this.oddId() : this.id(name);
    if (!isOdd && known) return this.pick(known);
    return this.scalar(type.name, isOdd);
  }

  private scalar(type: string, isOdd: boolean): unknown {
    switch (type) {
      case 'Int':
      case 'Float':
        return isOdd ? this.pick(ODD_NUMBERS) : 1 + this.integer(50);
      case 'Boolean':
        return isOdd ? 'true' : this.chance(0.5);
      case 'DateTime':
        return isOdd ? this.pick(ODD_INSTANTS) : new Date(Date.UTC(2026, this.integer(12), 1)).toISOString();
      case 'Decimal':
        return isOdd ? this.pick(['1e5', '-1', '999999999999.999999', '0.0000001', 1e21, '']) : '0.25';
      case 'JSON':
      case 'JSONObject':
        return this.json(isOdd);
      default:
        return isOdd
          ? this.pick([...ODD_TEXTS, 7, true, {}, []])
          : this.pick(['text', 'own', 'Some words', 'ümläut 😀']);
    }
  }

  private json(isOdd: boolean): unknown {
    if (!isOdd) return this.pick<unknown>([{}, { topic: 'rivers' }, { name: 'x', list: [1, 'two', null] }]);
    let nested: unknown = '\0';
    for (let level = 0; level < 40; level += 1) nested = { a: nested };
    return this.pick<unknown>([
      nested,
      { a: '\0' },
      { '\ud800': 1 },
      [],
      'text',
      { __proto__: 1, constructor: 1 },
    ]);
  }

  private id(name: string): string {
    const noun = this.nounOf[name] ?? this.pick(Object.keys(this.ids));
    return this.ids[noun] ?? this.pick(Object.values(this.ids));
  }

  private oddId(): unknown {
    const nothing = '01890000-0000-7000-8000-000000000000';
    return this.pick<unknown>([
      base64('Agent:\0'),
      base64('Nothing:1'),
      base64(`Agent:${nothing}`),
      base64(`TaskExecution:${nothing}`),
      this.pick(Object.values(this.ids)),
      'garbage',
      '',
      '\0',
      7,
      nothing,
    ]);
  }

  private chance(odds: number): boolean {
    return this.random() < odds;
  }

  private integer(below: number): number {
    return Math.floor(this.random() * below);
  }

  pick<T>(list: readonly T[]): T {
    return list[this.integer(list.length)]!;
  }
}
