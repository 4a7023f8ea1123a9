import { cx } from './class-names.ts';
import { CopyButton } from './copy-button.tsx';

export interface CodeBlockProps {
  code: string;
  /** What it is, for the copy button and for screen readers. */
  label: string;
  className?: string;
}

/** Scrolls inside itself, hence focusable: the keyboard must reach what is cut off. */
export function CodeBlock({ code, label, className }: CodeBlockProps) {
  return (
    <div className="group relative">
      <pre
        tabIndex={0}
        role="region"
        aria-label={label}
        className={cx(
          'max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3 pr-10 font-mono text-[0.8125rem] leading-relaxed whitespace-pre-wrap [overflow-wrap:anywhere]',
          className,
        )}
      >
        {code}
      </pre>
      <div className="absolute top-1.5 right-1.5">
        <CopyButton text={code} label={`Copy: ${label}`} isIconOnly />
      </div>
    </div>
  );
}
