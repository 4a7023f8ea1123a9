import Markdown from 'react-markdown';
import remarkGfm from 'remark-gfm';

/**
 * Text of a model is not to be trusted: raw HTML stays text (the renderer's default), and an image would send what
 * its address holds to any host, so only its description is shown.
 */
export default function MarkdownText({ text }: { text: string }) {
  return (
    <div className="markdown">
      <Markdown
        remarkPlugins={[remarkGfm]}
        components={{
          img: ({ alt, src }) => (
            <span className="text-muted">[image: {alt || (typeof src === 'string' ? src : '')}]</span>
          ),
          a: ({ href, children }) => (
            <a href={href} rel="noreferrer noopener nofollow" target="_blank" title={href}>
              {children}
            </a>
          ),
        }}
      >
        {text}
      </Markdown>
    </div>
  );
}
