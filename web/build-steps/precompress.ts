/** A step of the build: what the web server hands out is compressed once, and well, instead of for each visitor. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

const TEXT = new Set(['.js', '.css', '.svg', '.json', '.txt', '.html', '.ttf']);
/** Below this a file fits into one packet of the network either way. */
const LEAST_BYTES = 1_024;
/** The best quality, 11, makes them a twelfth smaller and takes a build five times as long for it. */
const BROTLI_QUALITY = 9;

const encodings = {
  br: (content: Buffer) =>
    compressBrotli(content, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: content.length,
      },
    }),
  gz: (content: Buffer) => compressGzip(content, { level: constants.Z_BEST_COMPRESSION }),
};

/** Writes `<file>.br` and `<file>.gz` beside each file of text; one that would not be smaller is left out. */
async function precompress(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  // What lies in a hidden folder, such as the manifest of the build, is not handed out.
  const files = entries.filter(
    (entry) => entry.isFile() && TEXT.has(extname(entry.name)) && !entry.parentPath.includes('/.'),
  );
  await Promise.all(
    files.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const content = await readFile(path);
      if (content.length < LEAST_BYTES) return;
      for (const [suffix, compress] of Object.entries(encodings)) {
        const compressed = await compress(content);
        if (compressed.length < content.length) await writeFile(`${path}.${suffix}`, compressed);
      }
    }),
  );
}

await precompress(fileURLToPath(new URL('../build/client', import.meta.url)));
