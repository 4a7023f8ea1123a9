import { createHash } from 'node:crypto';

/** Providers accept no longer names of tools. */
const LONGEST_NAME = 64;
/** 64 bits: nobody finds two names of one server that have the same by looking for them. */
const DIGEST_CHARACTERS = 16;
const LOOKS_MADE = new RegExp(`_[0-9a-f]{${DIGEST_CHARACTERS}}$`);

/**
 * What the model calls a tool: `<server>__<tool>` where that is a name for models, else with a digest of the real one, so
 * that `a.b`, `a/b` and `a_b` stay three tools. Of nothing but the two names, since a recovered run must find its calls
 * again; the server comes first and has no underscore, so no server can take the name of another's tool.
 */
export function modelNameOf(slug: string, toolName: string): string {
  const name = `${slug}__${toolName}`;
  const isPlain = /^[a-zA-Z0-9_-]+$/.test(name) && name.length <= LONGEST_NAME && !LOOKS_MADE.test(name);
  if (isPlain) return name;
  const digest = createHash('sha256').update(toolName).digest('hex').slice(0, DIGEST_CHARACTERS);
  const room = LONGEST_NAME - DIGEST_CHARACTERS - 1;
  return `${name.replace(/[^a-zA-Z0-9_-]/g, '_').slice(0, room)}_${digest}`;
}
