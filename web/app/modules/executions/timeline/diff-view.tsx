import { useState } from 'react';
import { Button } from '#app/components/ui/button.tsx';
import { cx } from '#app/components/ui/class-names.ts';
import { formatNumber } from '#app/lib/format.ts';

/** More lines than anyone reads at once, and enough to make the page slow. */
const SHOWN_LINES = 400;

type LineKind = 'added' | 'removed' | 'hunk' | 'context';

export interface DiffLine {
  kind: LineKind;
  text: string;
}

/** Lines of a unified diff; the file header is left out because the path stands above it. */
export function parseUnifiedDiff(diff: string): DiffLine[] {
  const lines = diff.replace(/\n$/, '').split('\n');
  let isInHunk = false;
  return lines.flatMap((line): DiffLine[] => {
    if (line.startsWith('@@')) {
      isInHunk = true;
      return [{ kind: 'hunk', text: line }];
    }
    if (!isInHunk && /^(?:---|\+\+\+|diff |index |new file|deleted file|rename |similarity )/.test(line))
      return [];
    if (line.startsWith('+')) return [{ kind: 'added', text: line.slice(1) }];
    if (line.startsWith('-')) return [{ kind: 'removed', text: line.slice(1) }];
    return [{ kind: 'context', text: line.startsWith(' ') ? line.slice(1) : line }];
  });
}

export const countChanges = (diff: string): { added: number; removed: number } => {
  const lines = parseUnifiedDiff(diff);
  return {
    added: lines.filter((line) => line.kind === 'added').length,
    removed: lines.filter((line) => line.kind === 'removed').length,
  };
};

const LOOKS: Record<LineKind, { row: string; sign: string; spoken: string }> = {
  added: { row: 'bg-success-soft text-ink', sign: '+', spoken: 'added: ' },
  removed: { row: 'bg-danger-soft text-ink', sign: '−', spoken: 'removed: ' },
  hunk: { row: 'bg-info-soft text-info', sign: '', spoken: '' },
  context: { row: '', sign: '', spoken: '' },
};

export function DiffView({ diff, path }: { diff: string; path: string }) {
  const [isWhole, setIsWhole] = useState(false);
  const lines = parseUnifiedDiff(diff);
  const shown = isWhole ? lines : lines.slice(0, SHOWN_LINES);
  return (
    <div className="overflow-hidden rounded-md border border-line">
      <div
        role="region"
        tabIndex={0}
        aria-label={`Changes of ${path}`}
        className="max-h-[30rem] overflow-auto bg-sunken font-mono text-[0.8125rem] leading-[1.45rem]"
      >
        <div className="min-w-fit">
          {shown.map((line, index) => {
            const look = LOOKS[line.kind];
            return (
              <div key={index} className={cx('flex px-2 whitespace-pre', look.row)}>
                <span aria-hidden="true" className="w-5 shrink-0 text-center font-semibold select-none">
                  {look.sign}
                </span>
                {look.spoken && <span className="sr-only">{look.spoken}</span>}
                <span>{line.text || ' '}</span>
              </div>
            );
          })}
        </div>
      </div>
      {lines.length > shown.length && (
        <div className="border-t border-line p-2">
          <Button size="sm" variant="ghost" onClick={() => setIsWhole(true)}>
            Show {formatNumber(lines.length - shown.length)} more lines
          </Button>
        </div>
      )}
    </div>
  );
}
