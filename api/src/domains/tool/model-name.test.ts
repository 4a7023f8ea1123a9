import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelNameOf } from './model-name.ts';

describe('[SRV-8] the name of a tool to the model', () => {
  it('[SRV-8] is the plain one where that can be, and never another tool\u2019s', () => {
    expect(modelNameOf('files', 'read_file')).toBe('files__read_file');
    const names = ['a.b', 'a/b', 'a_b', 'a b', 'ä_b', '日本', '中文', 'x'.repeat(80), `${'x'.repeat(80)}y`];
    const made = names.map((name) => modelNameOf('s', name));
    // A server may also call a tool as another one of it is called to the model.
    const copied = made.map((name) => modelNameOf('s', name.slice('s__'.length)));
    expect(new Set([...made, ...copied]).size).toBe(names.length * 2 - 1); // a_b is itself
    for (const name of [...made, ...copied]) expect(name).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
  });

  it('[SRV-8] is the same each time, and differs where slug or name differ', () => {
    const slug = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?$/);
    const name = fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' });
    fc.assert(
      fc.property(slug, name, slug, name, (slugA, nameA, slugB, nameB) => {
        const [a, b] = [modelNameOf(slugA, nameA), modelNameOf(slugB, nameB)];
        expect(a).toBe(modelNameOf(slugA, nameA));
        expect(a === b).toBe(slugA === slugB && nameA === nameB);
        expect(a).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
      }),
    );
  });
});
