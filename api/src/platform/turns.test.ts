import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

it('lets so many in at once, and the others in the order in which they came', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends = await Promise.all([turns.take(), turns.take()]);
  const later = [3, 4].map((name) => turns.take().then((end) => (begun.push(name), end)));
  expect([turns.isFree, turns.waiting]).toEqual([false, 2]);
  ends[0]!();
  const third = await later[0];
  expect(begun).toEqual([3]);
  third!();
  const fourth = await later[1];
  expect(begun).toEqual([3, 4]);
  fourth!();
  ends[1]!();
  expect([turns.isFree, turns.waiting]).toEqual([true, 0]);
});

it('lets go of whoever leaves before it is their turn', async () => {
  const turns = new Turns(1);
  const end = await turns.take();
  const leaving = new AbortController();
  const left = turns.take(leaving.signal);
  const next = turns.take();
  leaving.abort();
  expect(await left).toBeNull();
  end!();
  expect(await next).not.toBeNull();
  expect(await turns.take(leaving.signal)).toBeNull();
});
