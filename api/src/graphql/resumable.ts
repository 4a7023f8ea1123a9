import { Paged, type PageSource } from '../platform/paged.ts';

/** Where a stream stands, for transports that number what they deliver. */
export interface StreamPosition {
  /** What the client says it has received, in the header `Last-Event-ID`; null where it says nothing. */
  lastEventId: string | null;
  /** The cursor of the delivery that is being made; null before the first, and on streams that cannot be resumed. */
  cursor: string | null;
}

/** Notes the cursor of each event before it is handed on: such a stream is read one event at a time. */
export async function* resumable<T>(
  position: StreamPosition,
  events: AsyncGenerator<T, void, void>,
  cursorOf: (event: T) => string,
): AsyncGenerator<T, void, void> {
  for await (const event of events) {
    position.cursor = cursorOf(event);
    yield event;
  }
}

/** A stream whose events come in pages, and say themselves where it stands. */
export class ResumablePages<T extends object> extends Paged<T> {
  constructor(
    pages: PageSource<T>,
    readonly cursorOf: (event: T) => string,
  ) {
    super(pages);
  }
}
