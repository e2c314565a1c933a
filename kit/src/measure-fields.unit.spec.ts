import { buildSchema, execute, parse } from 'graphql';
import { createLogger } from './log.ts';
import { followSubscribers, measureFields } from './measure-fields.ts';
import { Metrics } from './metrics.ts';
import { refuse } from './refusal.ts';

const outcomes: Record<string, () => unknown> = {
  atOnce: () => 'yes',
  later: () => Promise.resolve('yes'),
  refused: () => Promise.resolve(refuse('NOT_FOUND', 'There is none.')),
  failing: () => Promise.reject(new Error('no')),
  throwing: () => {
    throw new Error('no');
  },
};

const measured = () => {
  const metrics = new Metrics('tested', createLogger('test', 'silent'));
  const schema = buildSchema(`type Query { ${Object.keys(outcomes).join(': Any ')}: Any } scalar Any`);
  for (const [name, resolve] of Object.entries(outcomes)) {
    (schema.getQueryType()!.getFields()[name] as { resolve?: unknown }).resolve = resolve;
  }
  measureFields(schema, metrics);
  return { metrics, ask: (query: string) => execute({ schema, document: parse(query) }) };
};
const lines = async (metrics: Metrics, name: string) =>
  (await metrics.text()).split('\n').filter((line) => line.startsWith(name));

describe('a root field', () => {
  it('is counted by what became of it, and answers what it would have answered', async () => {
    const { metrics, ask } = measured();
    const { data } = await ask('{ atOnce later refused failing throwing }');
    expect(data).toMatchObject({
      ...{ atOnce: 'yes', later: 'yes', refused: { code: 'NOT_FOUND' }, failing: null, throwing: null },
    });
    const counts = await lines(metrics, 'frontrow_field_duration_seconds_count');
    expect(counts.sort()).toEqual(
      [
        ['atOnce', 'answered'],
        ['failing', 'failed'],
        ['later', 'answered'],
        ['refused', 'refused'],
        ['throwing', 'failed'],
      ].map(
        ([field, outcome]) =>
          `frontrow_field_duration_seconds_count{service="tested",field="Query.${field}",outcome="${outcome}"} 1`,
      ),
    );
    expect(await lines(metrics, 'frontrow_refusals_total')).toEqual([
      'frontrow_refusals_total{field="Query.refused",code="NOT_FOUND",service="tested"} 1',
    ]);
  });

  it('that is subscribed to is counted from its beginning to its end', async () => {
    const { metrics } = measured();
    const begin = followSubscribers(metrics);
    const end = begin('seatsChanged');
    begin('seatsChanged');
    end();
    expect(await lines(metrics, 'frontrow_subscribers')).toEqual([
      'frontrow_subscribers{field="seatsChanged",service="tested"} 1',
    ]);
  });
});
