// Hive Gateway in front of Frontrow's services: the same supergraph, and requests that are signed as Frontrow's gateway signs them.
//
// Environment: PORT, on 127.0.0.1; SUPERGRAPH, the path of supergraph.graphql; SUBGRAPHS, JSON of the address of each; GATEWAY_SECRET;
// SHARING, "yes" if identical requests that are in progress are to be sent once.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createGatewayRuntime } from '@graphql-hive/gateway-runtime';
import { signatureHeader, signRequest } from '@frontrow/kit/request-signature';

const { PORT, SUPERGRAPH, SUBGRAPHS, GATEWAY_SECRET, SHARING } = process.env;
const subgraphs = JSON.parse(SUBGRAPHS);
const nameOf = new Map(Object.entries(subgraphs).map(([name, address]) => [address, name]));

const signing = {
  onFetch({ url, options, setOptions }) {
    const subgraph = nameOf.get(url);
    if (subgraph === undefined) return;
    const authorization = options.headers.authorization || undefined;
    const signed = { subgraph, authorization, client: undefined, body: options.body };
    setOptions({
      ...options,
      headers: {
        ...options.headers,
        [signatureHeader]: signRequest(GATEWAY_SECRET, signed, new Date()),
      },
    });
  },
};

const gateway = createGatewayRuntime({
  supergraph: readFileSync(SUPERGRAPH, 'utf8'),
  transportEntries: Object.fromEntries(
    Object.entries(subgraphs).map(([name, location]) => [
      name,
      {
        location,
        // Hive compares these headers when it looks for identical requests, but not those that a plugin adds: with the token added there,
        // fans would be shown one another's accounts.
        headers: [['authorization', '{context.headers.authorization}']],
        options: { deduplicateInflightRequests: SHARING === 'yes' },
      },
    ]),
  ),
  plugins: () => [signing],
  logging: 'warn',
  landingPage: false,
  graphiql: false,
});

const server = createServer(gateway);
server.keepAliveTimeout = 60_000;
server.listen(Number(PORT), '127.0.0.1');
process.once('SIGTERM', async () => {
  server.close();
  server.closeAllConnections();
  await gateway.dispose();
});
