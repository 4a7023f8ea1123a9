import { describe, expect, it } from 'vitest';
import { MergedFrames } from './merged-frames.ts';

describe('frames of several operations on one stream', () => {
  it('[EXE-4] lets an operation go on only when its frame has been taken', async () => {
    const frames = new MergedFrames();
    const taken: string[] = [];
    const offer = async (frame: string) => {
      await frames.offer(frame);
      taken.push(frame);
    };
    const offered = [offer('a'), offer('b')];
    expect(await frames.next()).toEqual({ done: false, value: 'a' });
    await offered[0];
    expect(taken).toEqual(['a']);
    expect(await frames.next()).toEqual({ done: false, value: 'b' });
    await offered[1];
    const waiting = frames.next();
    await offer('c');
    expect(await waiting).toEqual({ done: false, value: 'c' });
  });

  it('[EXE-4] drops what waits when it ends, keeps nobody waiting, and has last words', async () => {
    const frames = new MergedFrames();
    const waiting = frames.offer('a');
    frames.end('why');
    await waiting;
    await frames.offer('b');
    expect(await frames.next()).toEqual({ done: false, value: 'why' });
    expect(await frames.next()).toEqual({ done: true, value: undefined });
  });
});
