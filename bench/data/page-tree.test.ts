import { renderToString } from 'react-dom/server';
import { expect, it } from 'vitest';
import { readPageTree, renderPageTree } from './page-tree.ts';

it('reads of a page what is seen of it, so that it can be rendered again', () => {
  const seen =
    '<html lang="en"><head><meta charset="utf-8"/><title>A &amp; B</title></head><body><table class="data-table">' +
    '<tbody><tr><td><a href="/agents/1?a=1&amp;b=2" data-discover="true">It&#x27;s &lt;one&gt;</a></td></tr></tbody>' +
    '</table><svg aria-hidden="true"><use href="/icons.svg#a"></use></svg><input name="q"/></body></html>';
  const scripts = '<script nonce="x">window.a = "</table>";</script>';
  const page = seen
    .replace('<head>', '<head><link rel="modulepreload" href="/a.js"/>')
    .replace('<body>', `<body><!--$-->${scripts}`);
  expect(renderToString(renderPageTree(readPageTree(`<!DOCTYPE html>${page}`)))).toBe(seen);
});

it('says when it cannot read one', () => {
  expect(() => readPageTree('<html><body></html>')).toThrow('cannot be read');
});
