/**
 * Stacks of errors name the lines of the source, by way of the maps beside the build. Node's own `--enable-source-maps` reads
 * the maps of all modules while they are loaded, those of packages too: a fifth of the time of a start, and 20 MB that stay.
 * Here a map is read when the first error shows that it is needed.
 */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const maps = new Map();

function mapOf(file) {
  if (!maps.has(file)) {
    let map = null;
    try {
      map = new SourceMap(JSON.parse(readFileSync(`${file}.map`, 'utf8')));
    } catch {
      // Most files have none, and a stack without names of sources is better than no stack.
    }
    maps.set(file, map);
  }
  return maps.get(file);
}

function placeOf(site) {
  const url = site.getFileName();
  if (!url?.startsWith('file:') || url.includes('/node_modules/')) return null;
  const file = fileURLToPath(url);
  const entry = mapOf(file)?.findEntry(site.getLineNumber() - 1, site.getColumnNumber() - 1);
  if (!entry || entry.originalSource === undefined) return null;
  const source = resolve(dirname(file), entry.originalSource);
  // Of packages a map knows the files alone (see bundle-programs.ts).
  if (source.includes('node_modules')) return source;
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}

function describe(site) {
  const place = placeOf(site);
  const text = String(site);
  if (!place) return text;
  return text.endsWith(')') ? text.replace(/\([^(]*\)$/, () => `(${place})`) : place;
}

Error.prepareStackTrace = (error, sites) =>
  [Error.prototype.toString.call(error), ...sites.map((site) => `    at ${describe(site)}`)].join('\n');
