import { running, startHost, stopAll, until } from './testing/host.ts';
import type { HostOptions } from './testing/host.ts';
import { concerts } from './testing/small-graph.ts';

afterEach(stopAll);

const ticket = (place: number, others: object = {}) => ({
  id: 't1',
  name: 'one',
  place,
  concert: { id: 'c1' },
  ...others,
});

describe('a subscription', () => {
  it('sends the present state first, then each event, and ends when its subgraph ends it', async () => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    const results = host.subscribe('subscription { ticket(id: "t1") { place } }');
    expect(await results.take()).toEqual({ data: { ticket: { place: 50 } } });
    host.feeds.ticket.say(ticket(49));
    expect(await results.take()).toEqual({ data: { ticket: { place: 49 } } });
    host.feeds.ticket.say(ticket(0));
    host.feeds.ticket.end();
    expect(await results.take()).toEqual({ data: { ticket: { place: 0 } } });
    expect((await results.next()).done).toBe(true);
    expect(host.live).toBe(0);
  });

  it('is completed by other subgraphs, at any depth, anew for each event', async () => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    const results = host.subscribe(
      'subscription { ticket(id: "t1") { place concert { title venue { name } } } }',
    );
    const concert = { title: 'Concert c1', venue: { name: 'Hall' } };
    expect(await results.take()).toEqual({ data: { ticket: { place: 50, concert } } });
    host.feeds.ticket.say(ticket(49, { concert: { id: 'c2' } }));
    expect(await results.take()).toEqual({
      data: { ticket: { place: 49, concert: { ...concert, title: 'Concert c2' } } },
    });
  });

  it('is completed inside lists, with one request for all of their members', async () => {
    const host = await startHost();
    host.feeds.line.state = [ticket(1), ticket(2, { concert: null }), ticket(3, { concert: { id: 'c3' } })];
    const results = host.subscribe('subscription { line { place concert { title acts { name } } } }');
    const acts = [{ name: 'The Four' }, { name: 'Ada' }];
    expect(await results.take()).toEqual({
      data: {
        line: [
          { place: 1, concert: { title: 'Concert c1', acts } },
          { place: 2, concert: null },
          { place: 3, concert: { title: 'Concert c3', acts } },
        ],
      },
    });
    expect(host.concerts.requests.length).toBe(1);
  });

  it('asks the subgraph of the event again if that has to complete what another one found', async () => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    const results = host.subscribe(
      'subscription { ticket(id: "t1") { place concert { featured { place concert { title } name } } } }',
    );
    expect(await results.take()).toEqual({
      data: {
        ticket: {
          place: 50,
          concert: { featured: { place: 7, name: 'ticket t7', concert: null } },
        },
      },
    });
    // The event replaced the primary fetch only.
    expect(host.queue.requests.map(({ variables }) => variables)).toEqual([
      { representations: [{ __typename: 'Ticket', id: 't7' }] },
    ]);
  });

  it('takes aliases, fragments, variables and their defaults', async () => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    const query = `
      subscription Follow($id: ID!, $from: Int, $upper: Boolean! = true) {
        mine: ticket(id: $id) { ...Place far: place(from: $from) ... on Ticket { show: concert { ...Where } } }
      }
      fragment Place on Ticket { place }
      fragment Where on Concert { called: title venue { town: city(upper: $upper) } }`;
    const results = host.subscribe(query, { variables: { id: 't1', from: 10, unknown: 1 } });
    expect(await results.take()).toEqual({
      data: { mine: { place: 50, far: 40, show: { called: 'Concert c1', venue: { town: 'LUND' } } } },
    });
    expect(host.feeds.ticket.seen).toEqual([{ args: { id: 't1' }, authorization: undefined }]);
  });

  it.each([
    [true, { place: 50, concert: { title: 'Concert c1' } }],
    [false, { name: 'one' }],
  ])('includes and skips fields (%s)', async (full, expected) => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    const query = `subscription ($full: Boolean!) {
      ticket(id: "t1") { place @include(if: $full) name @skip(if: $full) concert @include(if: $full) { title } } }`;
    const results = host.subscribe(query, { variables: { full } });
    expect(await results.take()).toEqual({ data: { ticket: expected } });
    expect(host.concerts.requests.length).toBe(full ? 1 : 0);
  });

  it('knows __typename, unions and interfaces', async () => {
    const host = await startHost();
    host.feeds.news.state = ticket(3);
    const results = host.subscribe(`subscription {
      news { __typename ... on Ticket { place } ... on Concert { kind: __typename title
        acts { __typename name ... on Band { members } ... on Solo { instrument } } } } }`);
    expect(await results.take()).toEqual({ data: { news: { __typename: 'Ticket', place: 3 } } });
    host.feeds.news.say({ id: 'c5' });
    expect(await results.take()).toEqual({
      data: {
        news: {
          __typename: 'Concert',
          kind: 'Concert',
          title: 'Concert c5',
          acts: [
            { __typename: 'Band', name: 'The Four', members: 4 },
            { __typename: 'Solo', name: 'Ada', instrument: 'viola' },
          ],
        },
      },
    });
    host.feeds.named.state = ticket(3);
    const named = host.subscribe(
      'subscription { named { name __typename ... on Ticket { concert { title } } } }',
    );
    expect(await named.take()).toEqual({
      data: { named: { name: 'one', __typename: 'Ticket', concert: { title: 'Concert c1' } } },
    });
  });

  it('shows the same whether its events are executed or, if everything is public, filled in', async () => {
    const operations: [string, Record<string, unknown>][] = [
      [
        'subscription { ticket(id: "t1") { id place name concert { title venue { name } acts { __typename name } } } }',
        {},
      ],
      [
        'subscription { ticket(id: "t1") { a: place far: place(from: 9) ... on Ticket { concert { id title } } id } }',
        {},
      ],
      ['subscription { ticket(id: "t1") { place } }', {}],
      ['subscription { line { __typename place id concert { acts { name ... on Band { members } } } } }', {}],
      ...[true, false].flatMap((is): [string, Record<string, unknown>][] => [
        [
          'subscription ($is: Boolean!) { ticket(id: "t1") { place concert { title id @skip(if: $is) } } }',
          { is },
        ],
        [
          'subscription ($is: Boolean!) { ticket(id: "t1") { place concert { venue { city(upper: $is) } } } }',
          { is },
        ],
      ]),
    ];
    const said = [1, 2, 3].flatMap((n) => [
      ticket(100 - n, { id: `t-${n}` }),
      ticket(-n, { id: 't 9', concert: null }),
      ticket(n, { id: `t/${n}`, name: 'mina', concert: { id: `c/${n}` } }),
    ]);
    const shown = async (options: HostOptions) => {
      const host = await startHost(options);
      const results: unknown[] = [];
      for (const [query, variables] of operations) {
        host.feeds.ticket.state = host.feeds.line.state = undefined;
        const subscribed = host.subscribe(query, { variables });
        await until(
          () => host.queue.connections === 1 && host.feeds.ticket.listeners + host.feeds.line.listeners > 0,
        );
        for (const [i, event] of said.entries()) {
          host.feeds.ticket.say(event);
          host.feeds.line.say([event, said[(i + 3) % said.length]!]);
          results.push(await subscribed.take());
        }
        await subscribed.return!();
        await until(() => host.live === 0 && host.feeds.ticket.listeners + host.feeds.line.listeners === 0);
      }
      return { results, asked: host.concerts.requests.length };
    };
    const executed = await shown({});
    const filledIn = await shown({ concertsOptions: { cacheControl: 'max-age=60, public' } });
    expect(filledIn.results).toEqual(executed.results);
    expect(filledIn.results).toHaveLength(operations.length * said.length);
    expect(filledIn.asked).toBeLessThan(executed.asked / 2);
  });

  it('asks every subgraph on behalf of the viewer', async () => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    const results = host.subscribe('subscription { ticket(id: "t1") { viewer concert { viewer } } }', {
      token: 'mina',
    });
    expect(await results.take()).toEqual({
      data: { ticket: { viewer: 'mina', concert: { viewer: 'mina' } } },
    });
  });

  it('never shows a viewer what was completed for another one', async () => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    for (const viewer of ['mina', 'otto']) {
      const query = 'subscription { ticket(id: "t1") { place concert { viewer } } }';
      const results = host.subscribe(query, { token: viewer });
      expect(await results.take()).toEqual({ data: { ticket: { place: 50, concert: { viewer } } } });
    }
  });
});

describe('an error', () => {
  it('of a field costs that field, with an error in its place, and the stream goes on', async () => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    const results = host.subscribe(
      'subscription { ticket(id: "t1") { place broken concert { title broken } } }',
    );
    for (const place of [50, 49]) {
      const { data, errors } = await results.take();
      expect(data).toEqual({
        ticket: { place, broken: null, concert: { title: 'Concert c1', broken: null } },
      });
      expect(errors.map(({ path }: { path: string[] }) => path.join('.')).sort()).toEqual([
        'ticket.broken',
        'ticket.concert.broken',
      ]);
      host.feeds.ticket.say(ticket(49));
    }
  });

  it('of another subgraph that is down costs its fields, which come back with it', async () => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    await host.concerts.stop();
    const results = host.subscribe('subscription { ticket(id: "t1") { place concert { title } } }');
    const { data, errors } = await results.take();
    expect(data).toEqual({ ticket: { place: 50, concert: { title: null } } });
    expect(errors.length).toBe(1);
    await running({ ...concerts, resolvers: concerts.resolvers() }, { port: host.concerts.port });
    host.feeds.ticket.say(ticket(49));
    expect(await results.take()).toEqual({
      data: { ticket: { place: 49, concert: { title: 'Concert c1' } } },
    });
  });

  it('of a field that may not be null spoils what is around it, as GraphQL says', async () => {
    const host = await startHost();
    host.feeds.line.state = [ticket(1), ticket(2, { concert: { id: 'gone' } })];
    const results = host.subscribe('subscription { line { place concert { needed } } }');
    const { data, errors } = await results.take();
    expect(data).toEqual({
      line: [
        { place: 1, concert: null },
        { place: 2, concert: null },
      ],
    });
    expect(errors.length).toBeGreaterThan(0);
  });

  it('never shows names that exist only in the supergraph', async () => {
    const host = await startHost();
    const hidden = host.subscribe('subscription { ticket(id: "t1") { secret } }');
    await expect(hidden.take()).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });
});

describe('an operation', () => {
  it.each([
    ['subscription { ticket(id: "t1") { ', 'GRAPHQL_PARSE_FAILED'],
    ['subscription { nothing }', 'GRAPHQL_VALIDATION_FAILED'],
    ['subscription { ticket(id: "t1") { place } news { __typename } }', 'GRAPHQL_VALIDATION_FAILED'],
    [
      'subscription { ...F } fragment F on Subscription { line @include(if: true) { id } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
  ])('that is wrong is refused: %s', async (query, code) => {
    const host = await startHost();
    await expect(host.subscribe(query).take()).rejects.toMatchObject([{ extensions: { code } }]);
    expect(host.queue.connections).toBe(0);
  });

  it('that its subgraph refuses ends with the reason', async () => {
    const host = await startHost();
    host.feeds.ticket.state = ticket(50);
    const results = host.subscribe('subscription { ticket(id: "t1") { place(from: "x") } }');
    await expect(results.take()).rejects.toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ]);
  });

  it('of another kind is executed as it would be by HTTP', async () => {
    const host = await startHost();
    const query = 'query Line($n: Int) { line { place(from: $n) } }';
    const results = host.subscribe(query, { variables: { n: 1 } });
    expect(await results.take()).toEqual({ data: { executed: query, variables: { n: 1 } } });
    expect((await results.next()).done).toBe(true);
  });
});
