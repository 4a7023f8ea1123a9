import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach, vi } from 'vitest';

/** React and Apollo say with console.error that something is wrong; a test that passes all the same would hide it. */
let complaints: unknown[][] = [];

beforeEach(() => {
  complaints = [];
  vi.spyOn(console, 'error').mockImplementation((...parts: unknown[]) => {
    complaints.push(parts);
  });
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.restoreAllMocks();
  if (complaints.length > 0) {
    throw new Error(`console.error was called:\n${complaints.map((parts) => parts.join(' ')).join('\n')}`);
  }
});
