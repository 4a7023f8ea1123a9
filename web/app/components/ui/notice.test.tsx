import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { failureOf } from '#app/lib/failure.ts';
import { FailureNotice } from './notice.tsx';

const refused = (paths: string[][]) =>
  failureOf({
    __typename: 'ValidationError',
    code: 'BAD_USER_INPUT',
    message: 'The input is not valid.',
    path: null,
    issues: paths.map((path) => ({
      __typename: 'ValidationIssue',
      path,
      message: `About ${path.join('.')}.`,
    })),
  } as Parameters<typeof failureOf>[0]);

describe('the notice of a failure', () => {
  it('[API-3] leaves to a field what it says itself', () => {
    render(<FailureNotice failure={refused([['input', 'name']])} beside={['name']} />);
    expect(screen.getByRole('alert')).toHaveTextContent('One entry below needs a change.');
    expect(screen.queryByText('About input.name.')).not.toBeInTheDocument();
  });

  it('[API-3] says what no field says', () => {
    render(
      <FailureNotice
        failure={refused([
          ['input', 'name'],
          ['input', 'variables', '0'],
        ])}
        beside={['name']}
      />,
    );
    expect(screen.getByText('About input.variables.0.')).toBeVisible();
    expect(screen.queryByText('About input.name.')).not.toBeInTheDocument();
  });

  it('[API-3] keeps the code and the request for those who open the details', () => {
    const failure = { code: 'INTERNAL', message: 'It broke.', requestId: 'request-1', fields: {} };
    render(<FailureNotice failure={failure} />);
    expect(screen.getByText('It broke.')).toBeVisible();
    expect(screen.getByText('INTERNAL')).not.toBeVisible();
    expect(screen.getByRole('button', { name: 'Copy the details', hidden: true })).toBeInTheDocument();
  });
});
