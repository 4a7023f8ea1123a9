/** Starts runs: one after the other, to see how long each takes, or as many as may be under way. */
import { streamSimulated } from '../../api/src/drivers/model/simulated.ts';
import { announce, answer } from '../harness/calls.ts';
import { quantile } from '../harness/statistics.ts';
import { modelRequest } from '../runs/model-request.ts';
import { openPlainClient, openStudioClient, type RunClient } from '../runs/run-client.ts';

export interface Opening {
  port: number;
  /** Null: a floor. */
  studio: { token: string; agentIds: string[] } | null;
}

/** Milliseconds after the prompt was sent. */
export interface Latencies {
  answeredP50: number;
  firstP50: number;
  firstP95: number;
  twentiethP50: number;
  endP50: number;
}

interface Times {
  answered: number;
  first: number;
  twentieth: number;
  end: number;
}

const NEVER: Times = { answered: Number.NaN, first: Number.NaN, twentieth: Number.NaN, end: Number.NaN };

/** Nobody's run takes this long; one that does has lost a message. */
const RUN_TIMEOUT_MS = 60_000;

let client: RunClient | null = null;

function runOnce(prompt: string): Promise<Times> {
  return new Promise((resolve, reject) => {
    const times = { ...NEVER };
    const timer = setTimeout(
      () => reject(new Error(`A run did not end; it has got to ${JSON.stringify(times)}`)),
      RUN_TIMEOUT_MS,
    );
    const sentAt = performance.now();
    const since = () => performance.now() - sentAt;
    let words = 0;
    const finishWhenBoth = () => {
      // The end may be heard before the answer is read.
      if (Number.isNaN(times.answered) || Number.isNaN(times.end)) return;
      clearTimeout(timer);
      resolve(times);
    };
    const watcher = {
      onText(text: string) {
        if (words === 0) times.first = since();
        const before = words;
        words += text.split(/\s+/).filter(Boolean).length;
        if (before < 20 && words >= 20) times.twentieth = since();
      },
      onEnd() {
        times.end = since();
        finishWhenBoth();
      },
    };
    client!.start(prompt, watcher).then(() => {
      times.answered = since();
      finishWhenBoth();
    }, reject);
  });
}

answer({
  async open({ port, studio }: Opening) {
    client = studio ? await openStudioClient({ port, ...studio }) : await openPlainClient(port);
  },
  async sequence({ runs, prompt }: { runs: number; prompt: string }): Promise<Latencies> {
    const all: Times[] = [];
    for (let n = 0; n < runs; n += 1) all.push(await runOnce(prompt));
    const take = (key: keyof Times, share: number) =>
      quantile(
        all.map((times) => times[key]),
        share,
      );
    return {
      answeredP50: take('answered', 0.5),
      firstP50: take('first', 0.5),
      firstP95: take('first', 0.95),
      twentiethP50: take('twentieth', 0.5),
      endP50: take('end', 0.5),
    };
  },
  /** `inFlight` under way at once until the time is over; those are waited for. */
  async throng(args: {
    seconds: number;
    inFlight: number;
    prompt: string;
  }): Promise<{ runs: number; seconds: number; endP50: number }> {
    const startedAt = performance.now();
    const ends: number[] = [];
    await Promise.all(
      Array.from({ length: args.inFlight }, async () => {
        while (performance.now() - startedAt < args.seconds * 1000)
          ends.push((await runOnce(args.prompt)).end);
      }),
    );
    return {
      runs: ends.length,
      seconds: (performance.now() - startedAt) / 1000,
      endP50: quantile(ends, 0.5),
    };
  },
  /** The driver itself, with nobody in between: how long until it says the first piece. */
  async direct({ runs, prompt }: { runs: number; prompt: string }): Promise<number> {
    const firsts: number[] = [];
    for (let n = 0; n < runs; n += 1) {
      const startedAt = performance.now();
      for await (const chunk of streamSimulated(modelRequest(prompt))) {
        if (chunk.type !== 'text') continue;
        firsts.push(performance.now() - startedAt);
        break;
      }
    }
    return quantile(firsts, 0.5);
  },
  async close() {
    await client?.close();
    client = null;
  },
});
announce();
