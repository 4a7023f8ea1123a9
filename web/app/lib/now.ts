import { useSyncExternalStore } from 'react';

const TICK_MS = 1_000;

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

const subscribe = (listener: () => void): (() => void) => {
  // Nobody listened for a while, so the clock stood still.
  if (!timer) now = Date.now();
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, TICK_MS);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
};

/** One clock for the page, so that a list of a hundred times has one timer. Rounded down to `stepMs`. */
export const useNow = (stepMs = TICK_MS): number =>
  useSyncExternalStore(
    subscribe,
    () => Math.floor(now / stepMs) * stepMs,
    () => Math.floor(Date.now() / stepMs) * stepMs,
  );
