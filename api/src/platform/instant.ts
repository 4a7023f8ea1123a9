import pg from 'pg';

/** An instant that is written as it came: to make a date of a text and a text of the date again costs more than all around it. */
export class Instant extends Date {
  /** `text`: ISO 8601 in UTC with milliseconds, as `toISOString` has it. */
  constructor(private readonly text: string) {
    super(text);
  }

  override toISOString(): string {
    return this.text;
  }

  override toJSON(): string {
    return this.text;
  }
}

/** `YYYY-MM-DD HH:MM:SS[.mmm]+00`. */
const SECONDS_LENGTH = 19;
const LONGEST = SECONDS_LENGTH + '.mmm+00'.length;

/** From the text that PostgreSQL gives of a timestamptz(3); null when it is not in UTC, or of another form. */
export function instantOf(text: string): Instant | null {
  if (!text.endsWith('+00') || text.length > LONGEST || text[10] !== ' ') return null;
  const fraction = text.slice(SECONDS_LENGTH, -3);
  return new Instant(
    `${text.slice(0, 10)}T${text.slice(11, SECONDS_LENGTH)}${fraction}${'.000'.slice(fraction.length)}Z`,
  );
}

const { TIMESTAMPTZ } = pg.types.builtins;
const parseDate = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date;

/** For `types` of a query: its instants as they came. */
export const INSTANTS: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    oid === TIMESTAMPTZ
      ? (text: string) => instantOf(text) ?? parseDate(text)
      : (pg.types.getTypeParser(oid, format as 'text') as unknown),
};
