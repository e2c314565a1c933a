import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { Feed } from './feed.ts';

const link = (...imported: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(imported)})\n`;

/** What resolvers of a subgraph find in their context. */
export interface Asked {
  readonly authorization: string | undefined;
}

/** The subgraph of tickets, and of the lines in which they wait. Subscriptions are made to it. */
export const queue = {
  sdl: `${link('@key', '@inaccessible')}
    type Query { line: [Ticket!]! }
    type Mutation { enter: Ticket! }
    type Subscription {
      ticket(id: ID!): Ticket
      line: [Ticket!]!
      news: News
      named: Named
      changes: Changes!
      whoAmI: String
    }
    type Changes { numbers: [Int!]! filler: String concert: Concert }
    interface Named { name: String! }
    union News = Ticket | Concert
    type Ticket implements Named @key(fields: "id") {
      id: ID!
      name: String!
      place(from: Int = 0): Int!
      broken: String
      secret: String @inaccessible
      concert: Concert
      viewer: String
    }
    type Concert @key(fields: "id", resolvable: false) { id: ID! }`,
  resolvers: (feeds: Feeds) => ({
    Query: { line: () => feeds.line.state },
    Mutation: { enter: () => ({ id: 't9', name: 'nine', place: 9 }) },
    Subscription: {
      ticket: from(feeds.ticket),
      line: from(feeds.line),
      news: from(feeds.news),
      named: from(feeds.named),
      changes: from(feeds.changes),
      whoAmI: from(feeds.whoAmI),
    },
    Ticket: {
      __resolveReference: ({ id }: { id: string }) => ({
        id,
        name: `ticket ${id}`,
        place: Number(id.slice(1)),
      }),
      place: (ticket: { place: number }, { from }: { from: number }) => ticket.place - from,
      broken: () => {
        throw new Error('it broke');
      },
      viewer: (_: unknown, __: unknown, { authorization }: Asked) => authorization,
    },
    News: { __resolveType: (news: object) => ('place' in news ? 'Ticket' : 'Concert') },
    Named: { __resolveType: () => 'Ticket' },
  }),
};

/** The subgraph of concerts, which completes what the other one says. */
export const concerts = {
  sdl: `${link('@key')}
    type Query { concert(id: ID!): Concert }
    enum CacheControlScope { PUBLIC PRIVATE }
    type Concert @key(fields: "id") {
      id: ID!
      title: String
      needed: String!
      broken: String
      venue: Venue
      featured: Ticket
      acts: [Act!]
      viewer: String
    }
    interface Act { name: String! }
    type Band implements Act { name: String! members: Int! }
    type Solo implements Act { name: String! instrument: String! }
    type Venue { name: String! city(upper: Boolean = false): String! }
    type Ticket @key(fields: "id", resolvable: false) { id: ID! }`,
  resolvers: () => ({
    Query: { concert: (_: unknown, { id }: { id: string }) => ({ id }) },
    Concert: {
      __resolveReference: ({ id }: { id: string }) => (id === 'gone' ? null : { id }),
      title: ({ id }: { id: string }) => `Concert ${id}`,
      needed: () => null,
      broken: () => {
        throw new Error('it broke');
      },
      venue: () => ({ name: 'Hall', city: 'Lund' }),
      featured: () => ({ id: 't7' }),
      acts: () => [
        { name: 'The Four', members: 4 },
        { name: 'Ada', instrument: 'viola' },
      ],
      viewer: (_: unknown, __: unknown, { authorization }: Asked) => authorization,
    },
    Venue: {
      city: ({ city }: { city: string }, { upper }: { upper: boolean }) =>
        upper ? city.toUpperCase() : city,
    },
    Act: { __resolveType: (act: object) => ('members' in act ? 'Band' : 'Solo') },
  }),
};

export const newFeeds = () => ({
  ticket: new Feed(),
  line: new Feed(),
  news: new Feed(),
  named: new Feed(),
  changes: new Feed<{ numbers: number[]; filler?: string; concert?: { id: string } }>(),
  whoAmI: new Feed(),
});
export type Feeds = ReturnType<typeof newFeeds>;

const from = (feed: Feed) => ({
  subscribe: (_: unknown, args: unknown, asked: Asked) => feed.subscribe({ args, ...asked }),
  resolve: (state: unknown) => state,
});

export function supergraphOf(subgraphs: Record<string, string>): string {
  const { supergraphSdl, errors } = composeServices(
    Object.entries(subgraphs).map(([name, sdl]) => ({
      name,
      typeDefs: parse(sdl),
      url: `http://${name}.test/graphql`,
    })),
  );
  if (errors !== undefined) throw new Error(errors.map(({ message }) => message).join('\n'));
  return supergraphSdl;
}

/** The composition takes longer than most tests, and is always the same. */
let composed: string | undefined;
export const smallSupergraph = (): string =>
  (composed ??= supergraphOf({ queue: queue.sdl, concerts: concerts.sdl }));
