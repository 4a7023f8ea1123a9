import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { DiffView, countChanges, parseUnifiedDiff } from './diff-view.tsx';

const DIFF = `--- a/notes.md
+++ b/notes.md
@@ -1,3 +1,3 @@
 # Notes
-old
---- a line of three dashes
+new
`;

describe('a unified diff', () => {
  it('[EXE-2] knows removed lines that look like a header', () => {
    expect(parseUnifiedDiff(DIFF).map(({ kind }) => kind)).toEqual([
      'hunk',
      'context',
      'removed',
      'removed',
      'added',
    ]);
    expect(countChanges(DIFF)).toEqual({ added: 1, removed: 2 });
  });

  it('[WEB-5] tells added from removed without the colour', () => {
    render(<DiffView diff={DIFF} path="notes.md" />);
    expect(screen.getByText('added:')).toBeInTheDocument();
    expect(screen.getByText('+')).toBeInTheDocument();
  });

  it('[WEB-6] shows a long one in part', () => {
    render(
      <DiffView
        diff={Array.from({ length: 900 }, (_, index) => `+line ${index}`).join('\n')}
        path="long.txt"
      />,
    );
    expect(screen.getByRole('button', { name: 'Show 500 more lines' })).toBeVisible();
    expect(screen.queryByText('line 899')).not.toBeInTheDocument();
  });
});
