/** The floor of a page: React streams a list of agents, of about the size of the dashboard's. No data is fetched, nobody signs in. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createElement as h } from 'react';
import { renderToPipeableStream } from 'react-dom/server';
import { announce } from '../harness/calls.ts';

const ROWS = Array.from({ length: 20 }, (_, index) => ({
  id: `agent-${index}`,
  name: `Agent ${index}`,
  description: `Looks after the letters of department ${index}.`,
  role: 'WORKER',
  status: 'ACTIVE',
  server: 'Simulation',
}));
const PAGES = ['Home', 'Agents', 'Tasks', 'Executions', 'Servers', 'Tools', 'Settings', 'Explorer'];

const Badge = ({ text }: { text: string }) =>
  h('span', { className: 'inline-flex items-center rounded-full px-2 text-xs font-medium' }, text);

const Row = ({ id, name, description, role, status, server }: (typeof ROWS)[number]) =>
  h(
    'tr',
    { className: 'border-b hover:bg-muted' },
    h('td', { className: 'p-3' }, h('a', { href: `/agents/${id}`, className: 'font-medium' }, name)),
    h('td', { className: 'p-3 text-sm' }, description),
    h('td', { className: 'p-3' }, h(Badge, { text: role })),
    h('td', { className: 'p-3' }, h(Badge, { text: status })),
    h('td', { className: 'p-3' }, h('a', { href: `/servers/${server}` }, server)),
  );

const Page = () =>
  h(
    'html',
    { lang: 'en' },
    h('head', null, h('title', null, 'Agents'), h('meta', { charSet: 'utf-8' })),
    h(
      'body',
      { className: 'min-h-screen' },
      h('nav', null, ...PAGES.map((page) => h('a', { key: page, href: `/${page.toLowerCase()}` }, page))),
      h(
        'main',
        null,
        h('h1', { className: 'text-xl' }, 'Agents'),
        h(
          'table',
          { className: 'w-full' },
          h(
            'tbody',
            null,
            ROWS.map((row) => h(Row, { key: row.id, ...row })),
          ),
        ),
      ),
    ),
  );

const server = createServer((_request, response) => {
  const stream = renderToPipeableStream(h(Page), {
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
