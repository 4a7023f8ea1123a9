import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from './imports.ts';

/** A line of the glossary of docs/architecture.md; null where its noun is not there. */
interface GlossaryLine {
  noun: string;
  meaning: string;
  model: string | null;
  type: string | null;
  room: string | null;
}

export function readGlossary(): GlossaryLine[] {
  const text = readFileSync(join(PROJECT_DIR, 'docs/architecture.md'), 'utf8');
  const [, glossary = ''] = /^## Glossary\n([^]*?)(?=^## |(?![^]))/m.exec(text) ?? [];
  // Two lines of the table are its head.
  return [...glossary.matchAll(/^\|(.*)\|$/gm)].slice(2).map(([, line]) => {
    const [noun, meaning, model, type, room] = line!.split('|').map((cell) => cell.trim());
    const plain = (cell: string | undefined) => (cell === '–' ? null : (cell ?? '').replaceAll('`', ''));
    return { noun: noun!, meaning: meaning!, model: plain(model), type: plain(type), room: plain(room) };
  });
}

/** Models that are kept for later: no code touches them. */
export const modelsWithoutRoom = (): string[] =>
  readGlossary().flatMap(({ model, room }) => (model !== null && room === null ? [model] : []));
