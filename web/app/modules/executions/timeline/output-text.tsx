import { Suspense, lazy, memo, useEffect, useState } from 'react';

const MarkdownText = lazy(() => import('./markdown.tsx'));

/** Beyond this, laying out markdown takes longer than anyone wants to wait for it. */
const MARKDOWN_MAX_CHARS = 60_000;

const Plain = ({ text }: { text: string }) => (
  <div className="leading-relaxed whitespace-pre-wrap [overflow-wrap:anywhere]">{text}</div>
);

/** Plain while it grows (parsing the whole text again for each chunk is quadratic), formatted when it is done. */
export const OutputText = memo(function OutputText({ text, isOpen }: { text: string; isOpen: boolean }) {
  // Without this, a server that streams the formatted text and a browser that does not have it yet would disagree.
  const [isMounted, setIsMounted] = useState(false);
  useEffect(() => setIsMounted(true), []);
  if (!isMounted || isOpen || text.length > MARKDOWN_MAX_CHARS) return <Plain text={text} />;
  return (
    <Suspense fallback={<Plain text={text} />}>
      <MarkdownText text={text} />
    </Suspense>
  );
});
