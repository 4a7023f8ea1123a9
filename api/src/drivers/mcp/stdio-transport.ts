import { spawn, type ChildProcess, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { serializeMessage, type JSONRPCMessage, type Transport } from '@modelcontextprotocol/client';
import { readMessage } from './mcp-message.ts';

/** One message; room for a result of 1 MB as base64 or escaped text, and an end to a child that never sends a newline. */
const maxMessageBytes = 8 * 1024 * 1024;
/** What is kept of stderr: the last lines, which say why a child ended. */
const maxStderrCharacters = 2000;
/** How a child is ended. Both waits together stay below the five seconds within which it must be gone. */
const defaultEnding = {
  /** After stdin was closed: a well-behaved server ends by itself. */
  termAfterMs: 250,
  /** After SIGTERM. */
  killAfterMs: 2500,
};
/** A descendant that left the process group may hold the pipes open after the child is gone. */
const pipeGraceMs = 500;

export interface ChildCommand {
  command: string;
  args: string[];
  /** The whole environment of the child: nothing is inherited. */
  env: Record<string, string>;
  cwd: string;
}

/**
 * A child process that speaks MCP over stdin and stdout. The SDK's own stdio transport passes part of our environment on
 * and signals the child alone; this one starts it without a shell, with exactly the environment given, as a process group
 * of its own that is ended as a whole.
 */
export class StdioTransport implements Transport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: Transport['onmessage'];

  readonly #command: ChildCommand;
  #input: Buffer = Buffer.alloc(0);
  #child: ChildProcessWithoutNullStreams | undefined;
  #closed: Promise<unknown> = Promise.resolve();
  #stderr = '';
  #isClosing = false;

  readonly #ending: typeof defaultEnding;

  constructor(command: ChildCommand, ending = defaultEnding) {
    this.#command = command;
    this.#ending = ending;
  }

  /** With `stderr`, also the mark by which the SDK tells a local pipe from HTTP when it negotiates the protocol era. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** The last 2,000 characters the child wrote there. */
  get stderr(): string {
    return this.#stderr;
  }

  /** How the child ended of its own accord (`exit code 1`, `signal SIGSEGV`); undefined while it runs or once closed. */
  get end(): string | undefined {
    return this.#isClosing || !this.#hasExited() ? undefined : this.#describeExit();
  }

  /** Resolves when the child runs. Rejects with the system's error (ENOENT, EACCES) when it cannot be started. */
  async start(): Promise<void> {
    if (this.#isClosing) throw new Error('The connection was closed before the child was started.');
    const { command, args, env, cwd } = this.#command;
    const child = spawn(command, args, { cwd, env, detached: hasGroups, windowsHide: true, stdio: 'pipe' });
    this.#child = child;
    child.stdout.on('data', (chunk: Buffer) => this.#read(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-maxStderrCharacters);
    });
    child.stdin.on('error', (error) => this.onerror?.(error)); // a child that is gone; its end is reported by `close`
    // Noted before the child runs: a caller who gives up in this very moment must find something to wait for.
    this.#closed = new Promise((resolve) => {
      child.once('close', resolve);
      child.once('error', resolve);
    });
    await once(child, 'spawn');

    child.on('error', (error) => this.onerror?.(error));
    child.once('exit', () => {
      signalGroup(child, 'SIGKILL'); // what it started does not outlive it
      setTimeout(() => [child.stdout, child.stderr].forEach((pipe) => pipe.destroy()), pipeGraceMs).unref();
    });
    child.once('close', () => this.onclose?.());
  }

  /** Rejects when the child no longer reads. */
  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#child || this.#hasExited()) return reject(new Error('The child process is gone.'));
      this.#child.stdin.write(serializeMessage(message), (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Ends the child and everything in its group: end of input, then SIGTERM, then SIGKILL. Resolves when it is gone. */
  async close(): Promise<void> {
    const child = this.#child;
    if (child && this.#hasExited()) return void (await this.#closed);
    this.#isClosing = true;
    if (!child) return;
    child.stdin.end();
    const { termAfterMs, killAfterMs } = this.#ending;
    const timers = [
      setTimeout(() => signalGroup(child, 'SIGTERM'), termAfterMs),
      setTimeout(() => signalGroup(child, 'SIGKILL'), termAfterMs + killAfterMs),
    ];
    await this.#closed;
    for (const timer of timers) clearTimeout(timer);
  }

  #hasExited(): boolean {
    return (
      this.#child?.pid !== undefined && (this.#child.exitCode !== null || this.#child.signalCode !== null)
    );
  }

  #describeExit(): string {
    return this.#child?.signalCode
      ? `signal ${this.#child.signalCode}`
      : `exit code ${this.#child?.exitCode}`;
  }

  #read(chunk: Buffer): void {
    this.#input = this.#input.length === 0 ? chunk : Buffer.concat([this.#input, chunk]);
    if (this.#input.length > maxMessageBytes) {
      this.#input = Buffer.alloc(0);
      this.onerror?.(new Error('A message of the child exceeds 8 MB.'));
      if (this.#child) signalGroup(this.#child, 'SIGKILL'); // it floods us: nothing that follows can be trusted
      return;
    }
    for (let line = this.#takeLine(); line !== null; line = this.#takeLine()) {
      const message = readMessage(line);
      if (message) this.onmessage?.(message);
    }
  }

  #takeLine(): string | null {
    const end = this.#input.indexOf('\n');
    if (end < 0) return null;
    const line = this.#input.toString('utf8', 0, end);
    this.#input = this.#input.subarray(end + 1);
    return line;
  }
}

const hasGroups = process.platform !== 'win32';

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (hasGroups) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ESRCH' && code !== 'EPERM') throw error; // gone already; macOS says EPERM of a group of zombies
  }
}
