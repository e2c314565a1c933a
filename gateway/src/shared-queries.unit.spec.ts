import type { GatewayExecutionResult } from '@apollo/server-gateway-interface';
import { jest } from '@jest/globals';
import type { GatewayContext } from './context.ts';
import type { Federation } from './introspection.ts';
import { SharedQueries, stringifyResult } from './shared-queries.ts';

type Executor = Awaited<ReturnType<Federation['load']>>['executor'];
type Request = Parameters<Executor>[0];

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const fan = { id: 'fan', role: 'FAN', sessionId: 'phone' };

const request = (operation: 'query' | 'mutation', { viewer = null, variables = {} }: Asker = {}): Request =>
  ({
    operation: { operation },
    queryHash: 'hash of the text',
    operationName: null,
    request: { variables },
    context: { viewer } as unknown as GatewayContext,
  }) as unknown as Request;
interface Asker {
  viewer?: typeof fan | null;
  variables?: Record<string, unknown>;
}

/** A federation whose executions end when the test says so. */
async function federation() {
  const queries = new SharedQueries();
  const begun: { context: GatewayContext; end: (data: object) => void }[] = [];
  const executor: Executor = ({ context }) =>
    new Promise<GatewayExecutionResult>((resolve) => {
      begun.push({ context: context as GatewayContext, end: (data) => resolve({ data: { ...data } }) });
    });
  const shared = queries.share({ load: () => Promise.resolve({ executor }) } as unknown as Federation);
  const { executor: execute } = await shared.load({});
  return { queries, begun, execute };
}

describe('a query that is being executed', () => {
  it('is executed once for all who ask the same with the same variables as the same viewer', async () => {
    const { begun, execute } = await federation();
    const results = [1, 2, 3].map(() => execute(request('query', { viewer: fan, variables: { id: 1 } })));
    expect(begun).toHaveLength(1);
    begun[0]?.end({ concert: 'one' });
    const [first, ...others] = await Promise.all(results);
    expect(first).toEqual({ data: { concert: 'one' } });
    for (const other of others) expect(other).toBe(first);
  });

  it('is executed anew for other variables, another viewer, role or session, and after its end', async () => {
    const { begun, execute } = await federation();
    const answer = execute(request('query', { viewer: fan }));
    void execute(request('query', { viewer: fan, variables: { id: 2 } }));
    void execute(request('query', { viewer: { ...fan, id: 'another fan' } }));
    void execute(request('query', { viewer: { ...fan, role: 'OPERATOR' } }));
    void execute(request('query', { viewer: { ...fan, sessionId: 'laptop' } }));
    void execute(request('query'));
    expect(begun).toHaveLength(6);
    begun[0]?.end({});
    await answer;
    void execute(request('query', { viewer: fan }));
    expect(begun).toHaveLength(7);
  });

  it('is joined for two seconds', async () => {
    const { begun, execute } = await federation();
    void execute(request('query'));
    jest.advanceTimersByTime(1_999);
    void execute(request('query'));
    expect(begun).toHaveLength(1);
    jest.advanceTimersByTime(1);
    void execute(request('query'));
    expect(begun).toHaveLength(2);
  });

  it('is not joined by a viewer who has changed something since, or was told of a change', async () => {
    const { queries, begun, execute } = await federation();
    void execute(request('query', { viewer: fan }));
    const change = execute(request('mutation', { viewer: { ...fan, sessionId: 'laptop' } }));
    begun[1]?.end({});
    await change;
    void execute(request('query', { viewer: fan }));
    expect(begun).toHaveLength(3);
    queries.changed('fan FAN');
    void execute(request('query', { viewer: fan }));
    expect(begun).toHaveLength(4);
  });

  it('is left by all who joined it when it has to wait for its turn', async () => {
    const { begun, execute } = await federation();
    const waiting = execute(request('query'));
    const joined = execute(request('query'));
    begun[0]?.context.whenKeptWaiting?.();
    await jest.advanceTimersByTimeAsync(0);
    expect(begun).toHaveLength(2);
    begun[1]?.end({ from: 'its own' });
    expect(await joined).toEqual({ data: { from: 'its own' } });
    begun[0]?.end({ from: 'the one that waited' });
    expect(await waiting).toEqual({ data: { from: 'the one that waited' } });
  });
});

describe('a mutation', () => {
  it('is executed each time', async () => {
    const { begun, execute } = await federation();
    void execute(request('mutation', { viewer: fan }));
    void execute(request('mutation', { viewer: fan }));
    expect(begun).toHaveLength(2);
  });
});

describe('the text of a result', () => {
  it('is that of JSON, with errors and without', () => {
    const data = { concert: { title: 'one' } };
    expect(stringifyResult({ data })).toBe(JSON.stringify({ data }));
    const errors = [{ message: 'a part is not available' }];
    expect(stringifyResult({ data, errors })).toBe(JSON.stringify({ data, errors }));
    expect(stringifyResult({ data })).toBe(JSON.stringify({ data }));
    expect(stringifyResult({ data: null, errors })).toBe(JSON.stringify({ data: null, errors }));
  });
});
