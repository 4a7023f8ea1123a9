/** What the simulated model is told to say, by everybody who is measured. */
const WORDS = Array.from({ length: 24 }, (_, index) => `word${index + 1}`).join(' ');

/** A reply of more than twenty pieces, as fast as it is read. */
export const LONG_PROMPT = `Say it. [[notools]] [[pace:0]] [[echo:${WORDS}]]`;
/** A run that says one word. */
export const SHORT_PROMPT = 'Say it. [[notools]] [[pace:0]] [[echo:Done.]]';

export const RUN_QUEUE = 'bench-runs';
export const RUN_CHANNEL = 'bench:run:';

export interface RunJob {
  runId: string;
  prompt: string;
}

/** What a worker tells the server about a run; `isEnd` closes it. */
export interface RunPiece {
  runId: string;
  text: string;
  isEnd: boolean;
}
