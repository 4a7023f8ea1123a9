/**
 * Runs one server process and ends it when whoever started this goes away, for whatever reason: standard input is a
 * pipe from there, and the kernel closes it even after a kill -9. Takes the specification as JSON in the first
 * argument (see SupervisedCommand in supervised-process.ts); prints the server's pid as one JSON line.
 * Plain JavaScript on Node's own modules, because one copy of it lives as long as each server.
 */
import { spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';

const spec = JSON.parse(process.argv[2] ?? '{}');
const log = openSync(spec.logFile, 'a', 0o600);
const server = spawn(spec.command, spec.args, {
  cwd: spec.cwd,
  uid: spec.uid,
  gid: spec.gid,
  env: { ...process.env, ...spec.env },
  stdio: ['ignore', log, log],
});

const remainingSignals = [...spec.stopSignals];
let isStopping = false;

function stop() {
  if (isStopping) return;
  isStopping = true;
  escalate();
}

function escalate() {
  const signal = remainingSignals.shift();
  if (signal === undefined) return;
  server.kill(signal);
  setTimeout(escalate, spec.graceMs).unref();
}

function finish(code) {
  if (spec.removeAfterwards) rmSync(spec.removeAfterwards, { recursive: true, force: true, maxRetries: 5 });
  process.exit(code);
}

server.on('error', (error) => {
  process.stdout.write(`${JSON.stringify({ error: error.message })}\n`, () => finish(1));
});
server.on('spawn', () => process.stdout.write(`${JSON.stringify({ pid: server.pid })}\n`));
server.on('exit', (code) => finish(isStopping ? 0 : (code ?? 1)));

process.stdin.on('end', stop).on('close', stop).on('error', stop).resume();
process.stdout.on('error', stop);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, stop);
