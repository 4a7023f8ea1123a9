/** What the bench and the processes that it starts say to each other, over the channel that Node opens between them. */
export interface Call {
  id: number;
  name: string;
  args: unknown;
}

export type Answer = { id: number; result: unknown } | { id: number; error: string };

type Calls = Readonly<Record<string, (args: never) => unknown>>;

/** Answers calls of these names; others are for somebody else who listens in the same process. */
export function answer(calls: Calls): void {
  process.on('message', (message: Call) => {
    const handle = Object.hasOwn(calls, message.name) ? calls[message.name] : undefined;
    if (!handle) return;
    const reply = (text: Answer) => process.send!(text);
    Promise.resolve()
      .then(() => handle(message.args as never))
      .then(
        (result) => reply({ id: message.id, result: result ?? null }),
        (error: Error) => reply({ id: message.id, error: error.stack ?? String(error) }),
      );
  });
}

/** Says that the process can be called; `told` goes to whoever started it. */
export function announce(told: object = {}): void {
  // The probe has let go of it.
  process.channel!.ref();
  process.send!({ ready: true, told });
}
