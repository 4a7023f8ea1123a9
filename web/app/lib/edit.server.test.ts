// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { editOf, readShown, shownIn } from './edit.server.ts';

const opened = { name: 'Writer', prompt: 'One\nTwo', model: null as string | null, skills: ['a', 'b'] };

const edit = (sent: Partial<typeof opened> & { apiKey?: string | null }, now: Partial<typeof opened> = {}) =>
  editOf({ shown: shownIn(opened), sent: { ...opened, ...sent }, now: { ...opened, ...now } });

describe('an edit', () => {
  it('[WEB-2] holds only what was changed, and null where it was cleared', () => {
    expect(edit({ name: 'Editor' }).changes).toEqual({ name: 'Editor' });
    expect(edit({ skills: ['b', 'a'] }).changes).toEqual({ skills: ['b', 'a'] });
    const cleared = editOf({ shown: shownIn({ model: 'x' }), sent: { model: null }, now: { model: 'x' } });
    expect(cleared.changes).toEqual({ model: null });
  });

  it('[WEB-2] takes for unchanged what a browser only writes in another way', () => {
    expect(edit({ prompt: 'One\r\nTwo\r\n', model: '' }).changes).toEqual({});
  });

  it('[WEB-2] takes a secret that was entered as a change, and one that was left empty as none', () => {
    expect(edit({ apiKey: undefined }).changes).toEqual({});
    expect(edit({ apiKey: 'entered' }).changes).toEqual({ apiKey: 'entered' });
    expect(edit({ apiKey: null }).changes).toEqual({ apiKey: null });
  });

  it('[WEB-2] tells of a field that both changed, and of none that only the other did', () => {
    expect(edit({ name: 'Editor' }, { name: 'Author', prompt: 'Else' }).contested).toEqual(['name']);
    expect(edit({ name: 'Editor' }, { name: 'Editor' }).contested).toEqual([]);
    expect(edit({}, { name: 'Author' })).toEqual({ changes: {}, contested: [] });
  });

  it('[WEB-2] is refused without what the form was filled with', () => {
    for (const shown of [null, '', '[]', '{"name":1}', 'null']) {
      const form = new FormData();
      if (shown !== null) form.set('shown', shown);
      expect(() => readShown(form)).toThrow(expect.objectContaining({ init: { status: 400 } }));
    }
  });
});
