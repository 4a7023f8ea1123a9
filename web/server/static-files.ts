import { readdirSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import express, { type RequestHandler } from 'express';

/** Best first. The build writes a file of each beside what is worth it. */
const ENCODINGS = [
  { name: 'br', suffix: '.br' },
  { name: 'gzip', suffix: '.gz' },
] as const;

/** Under `/assets/` each name holds a hash of the content, so it never changes. */
const HASHED = '/assets/';

/** Which encodings there are of which path, read once: the files of a build do not change while it is served. */
function listEncoded(folder: string): Map<string, Set<string>> {
  const encoded = new Map<string, Set<string>>();
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const suffix = extname(entry.name);
    if (!ENCODINGS.some((encoding) => encoding.suffix === suffix)) continue;
    const path = relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/');
    const original = `/${path.slice(0, -suffix.length)}`;
    encoded.set(original, (encoded.get(original) ?? new Set()).add(suffix));
  }
  return encoded;
}

/** The client files of a build, compressed where the browser takes it. */
export function staticFiles(folder: string): RequestHandler {
  const encoded = listEncoded(folder);

  const chooseEncoding: RequestHandler = (request, response, next) => {
    const suffixes = request.method === 'GET' || request.method === 'HEAD' ? encoded.get(request.path) : null;
    if (!suffixes) return next();
    response.vary('accept-encoding');
    const chosen = ENCODINGS.find(
      // Asked one by one: among several, the negotiation goes by the order of the browser, which puts gzip first.
      ({ name, suffix }) => suffixes.has(suffix) && request.acceptsEncodings(name) === name,
    );
    if (!chosen) return next();
    response.type(extname(request.path));
    response.setHeader('content-encoding', chosen.name);
    request.url = request.url.replace(request.path, request.path + chosen.suffix);
    next();
  };

  const files = express.Router();
  files.use(chooseEncoding);
  files.use(
    HASHED,
    express.static(join(folder, HASHED), { immutable: true, maxAge: '1y', fallthrough: false }),
  );
  files.use(express.static(folder, { maxAge: '1h' }));
  return files;
}
