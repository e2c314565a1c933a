import { readFileSync } from 'node:fs';
import { compose, readSubgraphs } from './composition.ts';

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])\n`;
const users = {
  name: 'users',
  sdl: `${link} type Query { me: User @shareable } type User @key(fields: "id") { id: ID! }`,
};

describe('composing', () => {
  it('puts the subgraphs together, with placeholders for their addresses', () => {
    const queue = {
      name: 'queue',
      sdl: `${link} type User @key(fields: "id") { id: ID! tickets: [ID!] }`,
    };
    const composed = compose([users, queue]);
    expect(composed).toMatchObject({
      supergraphSdl: expect.stringContaining('@join__graph(name: "queue", url: "http://queue/graphql")'),
    });
  });

  it('says, in one line each, what keeps schemas from being composed', () => {
    const queue = { name: 'queue', sdl: `${link} type Query { me: Int @shareable }` };
    expect(compose([users, queue])).toEqual({
      mistakes: [
        expect.stringMatching(/^Type of field "Query\.me" is incompatible.*\[FIELD_TYPE_MISMATCH\]$/),
      ],
    });
  });

  it('says which schema cannot be read, and where', () => {
    const broken = { name: 'queue', sdl: 'type Query {\n  me: }' };
    expect(compose([users, broken])).toEqual({
      mistakes: ['[queue] Syntax Error: Expected Name, found "}". (line 2)'],
    });
    const unknownType = { name: 'queue', sdl: `${link} type Query { room: Room }` };
    expect(compose([users, unknownType])).toEqual({
      mistakes: [expect.stringMatching(/^\[queue\] Unknown type "?Room"?.*\[INVALID_GRAPHQL\]$/)],
    });
  });
});

describe('the committed supergraph', () => {
  it('is up to date with the schemas of the subgraphs', () => {
    const committed = readFileSync(new URL('../supergraph.graphql', import.meta.url), 'utf8');
    expect(compose(readSubgraphs(new URL('../../subgraphs/', import.meta.url)))).toEqual({
      supergraphSdl: committed,
    });
  });
});
