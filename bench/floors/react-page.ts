/** The floor of a page: React streams the tree of one that it was shown. No data is fetched, nobody signs in. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { renderToPipeableStream } from 'react-dom/server';
import { type PageElement, readPageTree, renderPageTree } from '../data/page-tree.ts';
import { announce, answer } from '../harness/calls.ts';

let page: PageElement | undefined;

answer({
  show: ({ html }: { html: string }) => {
    page = readPageTree(html);
  },
});

const server = createServer((_request, response) => {
  if (!page) throw new Error('No page was shown yet.');
  const stream = renderToPipeableStream(renderPageTree(page), {
    onAllReady() {
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      stream.pipe(response);
    },
    onError(error) {
      response.writeHead(500).end(String(error));
    },
  });
});
server.listen(0, '127.0.0.1', () => announce({ port: (server.address() as AddressInfo).port }));
