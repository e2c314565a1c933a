import { Pool } from 'undici';

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
}

/** Sends operations over connections that stay open, at little cost of its own: `fetch` would take several times as much. */
export class GraphqlClient {
  readonly #pool: Pool;
  readonly #path: string;

  constructor(url: string, connections = 512) {
    const { origin, pathname } = new URL(url);
    this.#path = pathname;
    this.#pool = new Pool(origin, { connections, pipelining: 1 });
  }

  /** @throws on any fault, naming its code */
  async ask<Data>(query: string, variables: object, token?: string): Promise<Data> {
    const { body } = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: {
        'content-type': 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await body.json()) as Answer<Data>;
    if (errors !== undefined || data === null || data === undefined) {
      const said = errors?.map(({ message, extensions }) => `${extensions?.code}: ${message}`).join('; ');
      throw new Error(said ?? 'an answer without data');
    }
    return data;
  }

  close(): Promise<void> {
    return this.#pool.close();
  }
}
