import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { auditServer } from 'graphql-http';
import { startGatewayUnderTest, startSubgraph, stopAll } from './testing/stand.ts';

afterEach(stopAll);

/** What the audit of https://graphql.github.io/graphql-over-http finds wrong, by the specification's word for it. */
async function failures(url: string): Promise<{ must: string[]; should: string[] }> {
  const failed = (await auditServer({ url })).filter(({ status }) => status !== 'ok');
  const named = (word: string) =>
    failed.filter(({ name }) => name.startsWith(word)).map(({ id, name }) => `${id} ${name}`);
  return { must: named('MUST'), should: [...named('SHOULD')] };
}

describe('the specification of GraphQL over HTTP', () => {
  it('is followed as well as Apollo Server does by default, and in everything that it requires', async () => {
    const stock = new ApolloServer({ typeDefs: 'type Query { trace: String }' });
    const { url } = await startStandaloneServer(stock, { listen: { port: 0, host: '127.0.0.1' } });
    const users = await startSubgraph('users');
    const gateway = await startGatewayUnderTest({ USERS_URL: users.url });
    const [ours, theirs] = [await failures(gateway.url), await failures(url)];
    await stock.stop();
    expect(ours.must).toEqual([]);
    expect(ours.should.filter((each) => !theirs.should.includes(each))).toEqual([]);
  });
});
