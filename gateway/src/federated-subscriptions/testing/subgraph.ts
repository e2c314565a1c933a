import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLError } from 'graphql';
import { execute, parse } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { Asked } from './small-graph.ts';

export interface RunningSubgraph {
  readonly port: number;
  readonly url: string;
  readonly websocket: string;
  /** The bodies of requests that came by HTTP. */
  readonly requests: { query: string; variables: Record<string, unknown> }[];
  /** How many WebSocket connections were opened. */
  readonly connections: number;
  /** Ends everything, as if the process were killed. */
  stop(): Promise<void>;
}

export interface SubgraphOptions {
  readonly port?: number;
  readonly cacheControl?: string;
  /** Requests by HTTP are answered once this has resolved. */
  readonly answersAfter?: Promise<unknown>;
  /** Refuses subscriptions while it returns an error. */
  readonly refuse?: () => GraphQLError | undefined;
}

/** A subgraph like any server of graphql-ws, on a port of its own. */
export async function startSubgraph(
  { sdl, resolvers }: { sdl: string; resolvers: object },
  { port = 0, cacheControl, answersAfter, refuse = () => undefined }: SubgraphOptions = {},
): Promise<RunningSubgraph> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as never });
  const requests: RunningSubgraph['requests'] = [];
  let connections = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = (await json(request)) as RunningSubgraph['requests'][number];
    requests.push(body);
    await answersAfter;
    const contextValue: Asked = { authorization: request.headers.authorization };
    const document = parse(body.query);
    const result = await execute({ schema, document, variableValues: body.variables, contextValue });
    response.setHeader('content-type', 'application/json');
    if (cacheControl !== undefined) response.setHeader('cache-control', cacheControl);
    response.end(JSON.stringify(result));
  };
  const server = createServer((request, response) => void answer(request, response));
  const sockets = new WebSocketServer({ server, path: '/graphql' });
  sockets.on('connection', () => connections++);
  useServer(
    {
      schema,
      onSubscribe: () => {
        const error = refuse();
        return error === undefined ? undefined : [error];
      },
      context: (_context, _id, { extensions }): Asked & Record<string, unknown> => ({
        authorization: extensions?.['authorization'] as string | undefined,
      }),
    },
    sockets,
  );
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    url: `http://127.0.0.1:${address.port}/graphql`,
    websocket: `ws://127.0.0.1:${address.port}/graphql`,
    requests,
    get connections() {
      return connections;
    },
    stop: async () => {
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
      server.closeAllConnections();
      if (server.listening) {
        server.close();
        await once(server, 'close');
      }
    },
  };
}
