import { describe, expect, it } from 'vitest';
import { faultOfPattern } from './command-pattern.ts';
import { type CallFacts, decideCall } from './tool-gate.ts';

const permission = {
  effect: 'ALLOW',
  expiresAt: null,
  callsPerHour: null,
  allowedPatterns: [] as string[],
  blockedPatterns: [] as string[],
} as const;

const facts: CallFacts = {
  isAgentActive: true,
  permission: { ...permission, allowedPatterns: [], blockedPatterns: [] },
  tool: { approvedHash: 'a', offeredHash: 'a' },
  arguments: {},
  callsInLastHour: 0,
  isAllowedForRun: false,
  now: new Date('2026-01-01'),
};

const decide = (
  args: CallFacts['arguments'],
  patterns: { allowedPatterns?: string[]; blockedPatterns?: string[] },
) =>
  decideCall({
    ...facts,
    arguments: args,
    permission: { ...permission, allowedPatterns: [], blockedPatterns: [], ...patterns },
  }).effect;

const ALLOWED = ['git status', 'git log **', 'npm run *', 'cat src/*.ts', 'echo **'];
const runs = (command: unknown) => decide({ command }, { allowedPatterns: ALLOWED });

describe('a permission that is limited to commands', () => {
  it.each([
    'git status',
    '  git   status ',
    "git 'status'",
    'git log',
    'git log --oneline -3',
    'npm run build',
    'cat src/main.ts',
    'echo "a b" c',
    "echo '$HOME; rm'",
  ])('[TOOL-4] allows %s', (command) => {
    expect(runs(command)).toBe('ALLOW');
  });

  it.each([
    'git push',
    'git status --short',
    'npm run build test',
    'npm run',
    'cat src/main.ts.bak',
    'git log; rm -rf /',
    'git log && rm x',
    'git log || rm x',
    'git log | sh',
    'git log &',
    'git log\nrm x',
    'git log\r\nrm x',
    'echo $(rm x)',
    'echo `rm x`',
    'echo "$(rm x)"',
    'echo "`rm x`"',
    'echo $HOME',
    'echo "$HOME"',
    'echo > file',
    'echo < file',
    'echo 2>&1',
    'echo *',
    'echo ~',
    'echo {a,b}',
    'echo a\\\nb',
    'echo (a)',
    'echo !!',
    "echo 'never closed",
    'echo "never closed',
    'PATH=. git status',
    'echo \u0000',
    '',
    ' ',
    '#',
  ])('[TOOL-4] asks before %j', (command) => {
    expect(runs(command)).toBe('ASK');
  });

  it.each([null, 7, {}, [], ['git', 7], undefined])('[TOOL-4] asks when the command is %j', (command) => {
    expect(runs(command)).toBe('ASK');
  });

  it('[TOOL-4] takes words that no shell reads for what they are', () => {
    expect(decide({ command: ['git', 'log', '*'] }, { allowedPatterns: ALLOWED })).toBe('ALLOW');
    expect(decide({ command: 'git', args: ['log', ';', 'x'] }, { allowedPatterns: ALLOWED })).toBe('ALLOW');
    expect(decide({ cmd: 'git status' }, { allowedPatterns: ALLOWED })).toBe('ALLOW');
    expect(decide({ command: 'git log;', args: ['x'] }, { allowedPatterns: ['git **', '* **'] })).toBe('ASK');
  });

  it('[TOOL-4] asks when variables come with the command', () => {
    const args = { command: 'git status', env: { PATH: '.' } };
    expect(decide(args, { allowedPatterns: ALLOWED })).toBe('ASK');
    expect(decide({ ...args, env: {} }, { allowedPatterns: ALLOWED })).toBe('ALLOW');
  });

  it.each([
    ['DENY', 'rm -rf /'],
    ['DENY', '/bin/rm -rf /'],
    ['DENY', 'ls; rm x'],
    ['DENY', 'ls | rm x'],
    ['DENY', 'A=1 rm x'],
    ['DENY', 'rm $HOME'],
    ['DENY', "'rm' x"],
    ['ALLOW', 'ls -la'],
    ['ALLOW', 'rmdir x'],
    ['ASK', 'sudo rm x'],
    ['ASK', 'sh -c "rm x"'],
    ['ASK', '/usr/bin/env rm x'],
    ['DENY', 'ls $(rm x)'],
    ['ASK', 'r\\m x'],
    ['ASK', 'ls && pwd'],
  ])('[TOOL-4] that blocks rm says %s to %s', (effect, command) => {
    expect(decide({ command }, { blockedPatterns: ['rm **'] })).toBe(effect);
  });

  it('[TOOL-4] blocks whatever else allows', () => {
    const patterns = { allowedPatterns: ['git **'], blockedPatterns: ['git push **'] };
    expect(decide({ command: 'git push origin' }, patterns)).toBe('DENY');
    expect(decide({ command: 'git pull' }, patterns)).toBe('ALLOW');
  });

  it('[TOOL-4] looks at each word for itself, and stays quick', () => {
    expect(decide({ command: 'cat src/a b.ts' }, { allowedPatterns: ['cat src/*.ts'] })).toBe('ASK');
    expect(decide({ command: 'x abcabc' }, { allowedPatterns: ['x a*b*c'] })).toBe('ALLOW');
    expect(decide({ command: 'x ab' }, { allowedPatterns: ['x ab*b'] })).toBe('ASK');
    const long = `x ${'a'.repeat(100_000)}`;
    expect(decide({ command: long }, { allowedPatterns: [`x ${'*a'.repeat(90)}*b`] })).toBe('ASK');
  });

  it.each(['git ** status', '** x', 'git; rm', 'git $(x)', 'a | b', "'a'"])(
    '[TOOL-4] refuses the pattern %s',
    (pattern) => expect(faultOfPattern(pattern)).not.toBeNull(),
  );

  it.each(['git **', 'npm run *', 'ls', 'cat src/*.ts'])('[TOOL-4] takes the pattern %s', (pattern) =>
    expect(faultOfPattern(pattern)).toBeNull(),
  );
});

const none = { ...permission, allowedPatterns: [], blockedPatterns: [] };

describe('the gate', () => {
  it.each([
    ['The agent is not active.', { isAgentActive: false }],
    ['The agent has no permission for this tool.', { permission: null }],
    ['The server does not offer this tool any more.', { tool: null }],
    ['The permission has expired.', { permission: { ...none, expiresAt: facts.now } }],
    ['denies this tool', { permission: { ...none, effect: 'DENY' as const } }],
    [
      'allows 2 calls an hour; they are used up',
      { permission: { ...none, callsPerHour: 2 }, callsInLastHour: 2 },
    ],
    ['has changed since it was approved', { tool: { approvedHash: 'a', offeredHash: 'b' } }],
  ])('[TOOL-4] denies: %s', (rule, other) => {
    const decision = decideCall({ ...facts, ...other });
    expect(decision.effect).toBe('DENY');
    expect(decision.rule).toContain(rule);
  });
});
