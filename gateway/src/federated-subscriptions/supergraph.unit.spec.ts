import { Supergraph } from './supergraph.ts';
import { smallSupergraph } from './testing/small-graph.ts';

const supergraph = () =>
  new Supergraph(smallSupergraph(), {
    dataSource: () => ({ process: () => Promise.resolve({}) }),
    maxTokens: 1_000,
    introspection: true,
  });

describe('documents that were prepared', () => {
  const small = { query: '{ line { id } }' };
  /** A document of about 9,000 characters. */
  const large = (n: number) => ({ query: `{ line { id } } # ${n} ${'x'.repeat(9_000)}` });

  it('are kept', () => {
    const graph = supergraph();
    expect(graph.prepare(small) === graph.prepare(small)).toBe(true);
  });

  it('are kept up to a million characters; those that were not used for longest are forgotten', () => {
    const graph = supergraph();
    const first = graph.prepare(small);
    const second = graph.prepare(large(0));
    for (let n = 1; n < 100; n++) graph.prepare(large(n));
    expect(graph.prepare(small) === first).toBe(true);
    for (let n = 100; n < 300; n++) graph.prepare(large(n));
    expect(graph.prepare(large(0)) === second).toBe(false);
    expect(graph.prepare(small) === first).toBe(false);
  });
});
