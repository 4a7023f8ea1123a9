import { Link as RoutedLink } from '@remix-run/react';
import { forwardRef, type AnchorHTMLAttributes } from 'react';
import type { Path } from '#app/lib/paths.ts';

export interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href'> {
  to: Path;
  prefetch?: 'intent';
  preventScrollReset?: boolean;
  /** Leaves the page, as a link without scripts does. */
  reloadDocument?: boolean;
}

/**
 * What a link of the router comes to in a page from the server. There the router's own resolves paths, matches routes and
 * sets up prefetching for each link of a table, which took a third of the page's CPU.
 */
export const RenderedLink = forwardRef<HTMLAnchorElement, LinkProps>(function RenderedLink(
  { to, prefetch: _prefetch, preventScrollReset: _preventScrollReset, reloadDocument, ...rest },
  ref,
) {
  return <a ref={ref} {...rest} href={to} data-discover={reloadDocument ? undefined : 'true'} />;
});

export const Link = typeof document === 'undefined' ? RenderedLink : RoutedLink;
