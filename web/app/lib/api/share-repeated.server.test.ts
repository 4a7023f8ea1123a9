// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { shareRepeated } from './share-repeated.server.ts';

describe('shareRepeated', () => {
  const answer = () => ({
    agents: {
      edges: [
        { node: { id: 'a', server: { id: 's', name: 'Files' } } },
        { node: { id: 'b', server: { id: 's', name: 'Files' } } },
        { node: { id: 'c', server: { id: 's', name: null } } },
        { node: null },
      ],
    },
  });

  it('keeps what an answer says, and makes equal rows one', () => {
    const { agents } = shareRepeated(answer());
    expect({ agents }).toEqual(answer());
    const [first, second, other] = agents.edges.map(({ node }) => node?.server);
    expect(second).toBe(first);
    // Fields that one of them may not see make it another row.
    expect(other).not.toBe(first);
  });

  it('leaves alone what is no row', () => {
    const sizes = { files: [{ bytes: 1 }, { bytes: 1 }], total: null };
    const shared = shareRepeated(sizes);
    expect(shared.files[0]).not.toBe(shared.files[1]);
    expect(shareRepeated(null)).toBeNull();
  });
});
