/** The list of docs/requirements.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from './launch/settings.ts';

export interface Requirement {
  id: string;
  standing: 'PROVED' | 'OPEN';
}

const LINE = /^- ([A-Z]+-\d+)(?: \((PROVED|OPEN)\))? /gm;

/** In the order of the page. Throws when one does not say where it stands. */
export function listRequirements(): Requirement[] {
  const page = readFileSync(join(PROJECT_DIR, 'docs', 'requirements.md'), 'utf8');
  return [...page.matchAll(LINE)].map(([, id, standing]) => {
    if (!standing)
      throw new Error(`${id} does not say where it stands. Write (PROVED) or (OPEN) behind the id.`);
    return { id: id!, standing: standing as Requirement['standing'] };
  });
}
