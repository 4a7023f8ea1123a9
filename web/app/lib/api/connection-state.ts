import { useSyncExternalStore } from 'react';

/** The WebSocket as a person would describe it. `idle`: nothing on this page is live. */
export type ConnectionState = 'idle' | 'connecting' | 'open' | 'reconnecting';

let state: ConnectionState = 'idle';
const listeners = new Set<() => void>();

export function setConnectionState(next: ConnectionState): void {
  if (next === state) return;
  state = next;
  for (const listener of listeners) listener();
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export const useConnectionState = (): ConnectionState =>
  useSyncExternalStore(
    subscribe,
    () => state,
    () => 'idle',
  );
