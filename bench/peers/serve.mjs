import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { tokenVerifier } from './tokens.mjs';

/**
 * Serves a schema as one Apollo Server, on 127.0.0.1 and the port that PORT names, to fans whose tokens are signed with PUBLIC_KEY
 * (PEM, Ed25519).
 *
 * @param resolversWith makes the resolvers from the verifier of tokens; their context has `viewer()`, the id of the viewer
 * @param stop called when the process is asked to end
 */
export async function serve({ typeDefs, resolversWith, stop }) {
  const verify = tokenVerifier(process.env.PUBLIC_KEY);
  const apollo = new ApolloServer({ typeDefs, introspection: false, resolvers: resolversWith(verify) });
  await apollo.start();
  const server = createServer(async (request, response) => {
    const headers = new HeaderMap();
    for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
    const answer = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method,
        headers,
        search: '',
        body: JSON.parse((await text(request)) || '{}'),
      },
      context: async () => ({
        viewer: () => verify(request.headers.authorization?.slice('Bearer '.length)).sub,
      }),
    });
    response.statusCode = answer.status ?? 200;
    for (const [name, value] of answer.headers) response.setHeader(name, value);
    response.end(answer.body.string);
  });
  server.keepAliveTimeout = 60_000;
  server.listen(Number(process.env.PORT), '127.0.0.1');
  process.once('SIGTERM', async () => {
    server.close();
    server.closeAllConnections();
    await apollo.stop();
    await stop();
  });
}

/** Tells which type of a union an answer is of. */
export const typeOf = { __resolveType: ({ __typename }) => __typename };
