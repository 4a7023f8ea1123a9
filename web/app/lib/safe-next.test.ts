// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { safeNext } from './safe-next.ts';

describe('safeNext', () => {
  it.each(['/', '/agents', '/executions?status=failed#event-4', '/executions/VGFzaw%3D%3D'])(
    '[AUTH-2] keeps %s',
    (path) => {
      expect(safeNext(path)).toBe(path);
    },
  );

  it.each([
    null,
    '',
    'agents',
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/.//evil.example',
    'javascript:alert(1)',
    '/sign-in?next=/sign-in',
    '/sign-out',
  ])('[AUTH-2] goes home instead of %j', (path) => {
    expect(safeNext(path)).toBe('/');
  });

  it('[AUTH-2] never leaves the site, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `/${text}`),
        ),
        (text) => {
          expect(new URL(safeNext(text), 'https://studio.example').origin).toBe('https://studio.example');
        },
      ),
    );
  });
});
