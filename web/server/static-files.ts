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

/** Which paths there are, and in which encodings, read once: the files of a build do not change while it is served. */
function listFiles(folder: string): Map<string, Set<string>> {
  const files = new Map<string, Set<string>>();
  const suffixesOf = (path: string) => files.get(path) ?? files.set(path, new Set()).get(path)!;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = `/${relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/')}`;
    suffixesOf(path);
    const suffix = extname(path);
    if (ENCODINGS.some((encoding) => encoding.suffix === suffix))
      suffixesOf(path.slice(0, -suffix.length)).add(suffix);
  }
  return files;
}

/** The client files of a build, compressed where the browser takes it. */
export function staticFiles(folder: string): RequestHandler {
  const known = listFiles(folder);

  const chooseEncoding: RequestHandler = (request, response, next) => {
    const suffixes = request.method === 'GET' || request.method === 'HEAD' ? known.get(request.path) : null;
    if (!suffixes || suffixes.size === 0) return next();
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
  // Everything else is a page: the file system need not be asked about it.
  return (request, response, next) =>
    known.has(request.path) || request.path.startsWith(HASHED) ? files(request, response, next) : next();
}
