import type { Fan } from '@frontrow/stack/fan';
import { createClient } from 'graphql-ws';
import type { Client } from 'graphql-ws';
import { WebSocket } from 'ws';

/** What a fan's app follows, over one WebSocket that is open until `end`. */
export class Live {
  readonly #client: Client;

  constructor({ url, token = '' }: Fan) {
    this.#client = createClient({
      url: url.replace('http', 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      lazy: false,
    });
  }

  /**
   * Follows a subscription until it says what is waited for.
   * @throws Error if it answers with errors, or ends before
   */
  async until<Data>(
    query: string,
    variables: Record<string, unknown>,
    isReached: (data: Data) => boolean,
  ): Promise<Data> {
    for await (const { data, errors } of this.#client.iterate<Data>({ query, variables })) {
      if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
      if (isReached(data)) return data;
    }
    throw new Error(`ended before that was reached: ${query}`);
  }

  async end(): Promise<void> {
    await this.#client.dispose();
  }
}
