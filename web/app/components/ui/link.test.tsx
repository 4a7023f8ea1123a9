import { createRemixStub } from '@remix-run/testing';
import { render } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { Link, RenderedLink, type LinkProps } from './link.tsx';

const links: LinkProps[] = [
  { to: '/' },
  { to: '/agents/QWdlbnQ6MQ%3D%3D', prefetch: 'intent', className: 'row-link' },
  { to: '/agents?status=ACTIVE&q=a+b', preventScrollReset: true, 'aria-current': 'true' },
  { to: '/executions', reloadDocument: true, title: 'Again' },
];

const attributesOf = (page: () => React.JSX.Element) => {
  const Stub = createRemixStub([{ path: '*', Component: page }]);
  const link = render(<Stub future={{ v3_singleFetch: true }} />).container.querySelector('a')!;
  return Object.fromEntries([...link.attributes].map(({ name, value }) => [name, value]));
};

describe('a link', () => {
  it.each(links)('[WEB-6] is the same from the server as in the browser: $to', (props) => {
    expect(Link).not.toBe(RenderedLink);
    const rendered = attributesOf(() => <RenderedLink {...props}>A</RenderedLink>);
    expect(rendered).toEqual(attributesOf(() => <Link {...props}>A</Link>));
  });
});
