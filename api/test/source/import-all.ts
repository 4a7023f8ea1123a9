/**
 * Imports the files it is given, one after the other, and prints as JSON what each of them opened. Runs in a process of
 * its own: what another file opened before would hide what this one opens.
 */
import { createHook } from 'node:async_hooks';
import { pathToFileURL } from 'node:url';

export interface Opened {
  file: string;
  /** Kinds of resources, such as Timeout or TCPWRAP. */
  kinds: string[];
}

const KINDS =
  /^(Timeout|Immediate|TCP|TLS|PIPE(SERVER)?WRAP|PIPECONNECTWRAP|UDP|PROCESSWRAP|WORKER|FSEVENT|STATWATCHER|SIGNALWRAP|GETADDRINFOREQWRAP|MESSAGEPORT)/;

const files = process.argv.slice(2);
let kinds: string[] = [];
const hook = createHook({
  init(_id, type) {
    if (!KINDS.test(type)) return;
    // What a loader or a package does for itself is not ours; a module of ours is in the stack of what it opens.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 100;
    const { stack = '' } = new Error();
    if (files.some((file) => stack.includes(file))) kinds.push(type);
    Error.stackTraceLimit = stackTraceLimit;
  },
});

const opened: Opened[] = [];
const before = process.eventNames().length;
for (const file of files) {
  kinds = [];
  hook.enable();
  await import(pathToFileURL(file).href);
  hook.disable();
  if (process.eventNames().length !== before) kinds.push('process listener');
  if (kinds.length > 0) opened.push({ file, kinds });
}
process.stdout.write(JSON.stringify(opened));
