// @vitest-environment node
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { joinWrites } from './joined-writes.server.ts';

describe('joinWrites', () => {
  it('[WEB-2] gives what is written in one turn as one piece, and what comes later when it comes', async () => {
    const body = joinWrites();
    const pieces: string[] = [];
    body.on('data', (piece: Buffer) => pieces.push(piece.toString()));
    for (const part of ['a', 'b', 'c']) body.write(part);
    await nextTurn();
    expect(pieces).toEqual(['abc']);
    body.write('d');
    await nextTurn();
    expect(pieces).toEqual(['abc', 'd']);
    const isOver = once(body, 'end');
    body.write('e');
    body.end('f');
    await isOver;
    expect(pieces.join('')).toBe('abcdef');
  });
});
