/** What somebody sees of a page, as a tree that React can render again: its elements, attributes and texts, without scripts. */
import { createElement, type ReactElement } from 'react';

export interface PageElement {
  tag: string;
  attributes: Record<string, string>;
  children: (PageElement | string)[];
}

const TOKEN =
  /<!--.*?-->|<!doctype[^>]*>|<script.*?<\/script>|<(\/?)([\w-]+)((?:"[^"]*"|[^">])*)>|([^<]+)/gis;
const ATTRIBUTE = /([\w:-]+)(?:="([^"]*)")?/g;
const EMPTY = new Set(['area', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);
const CHARACTERS: Record<string, string> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#x27;': "'",
};

const decode = (text: string): string =>
  text.replace(/&(?:amp|lt|gt|quot|#x27);/g, (entity) => CHARACTERS[entity]!);

function readAttributes(text: string): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [, name, value] of text.matchAll(ATTRIBUTE)) {
    // React takes a style as an object; the page has none that matters here.
    if (name && name !== 'style') attributes[name === 'class' ? 'className' : name] = decode(value ?? '');
  }
  return attributes;
}

/** Takes HTML as React writes it: every element but the empty ones is closed, and attributes are quoted. */
export function readPageTree(html: string): PageElement {
  const root: PageElement = { tag: '', attributes: {}, children: [] };
  const open = [root];
  for (const [, closing, tag, attributes = '', text] of html.matchAll(TOKEN)) {
    const parent = open.at(-1)!;
    if (text !== undefined) parent.children.push(decode(text));
    else if (closing) open.pop();
    else if (tag) {
      const element: PageElement = { tag, attributes: readAttributes(attributes), children: [] };
      // Loads scripts, which a page without them does not name.
      if (element.attributes['rel'] !== 'modulepreload') parent.children.push(element);
      if (!EMPTY.has(tag)) open.push(element);
    }
  }
  const [page] = root.children;
  if (open.length !== 1 || typeof page !== 'object') throw new Error('This page cannot be read.');
  return page;
}

/** Made anew for each page, as components do. */
export const renderPageTree = ({ tag, attributes, children }: PageElement): ReactElement =>
  createElement(
    tag,
    attributes,
    ...children.map((child) => (typeof child === 'string' ? child : renderPageTree(child))),
  );
