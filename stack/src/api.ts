export interface Fault {
  readonly message: string;
  readonly path?: (string | number)[];
  readonly extensions: { readonly code: string };
}

/** The answer to an operation. `Data` is what the operation asks for, which only the caller knows. */
export interface Answer<Data = unknown> {
  readonly data: Data | null;
  readonly errors?: readonly Fault[];
}

/** Thrown by `ask` when an operation was answered with faults. */
export class Faulted extends Error {
  readonly codes: readonly string[];

  constructor(errors: readonly Fault[]) {
    super(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('; '));
    this.codes = errors.map(({ extensions }) => extensions.code);
  }
}

/** The public API as a client sees it, logged in or not. */
export class Api {
  readonly url: string;
  /** The access token; undefined for a visitor. */
  readonly token: string | undefined;
  /** The W3C trace to which requests are to belong. */
  traceparent: string | undefined;

  /** @param url the gateway's address, e.g. `http://127.0.0.1:4000/graphql` */
  constructor(url: string, token?: string) {
    this.url = url;
    this.token = token;
  }

  /** Sends an operation and returns its whole answer, including faults. */
  async send<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Answer<Data>> {
    const response = await fetch(this.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token !== undefined && { authorization: `Bearer ${this.token}` }),
        ...(this.traceparent !== undefined && { traceparent: this.traceparent }),
      },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(60_000),
    });
    return (await response.json()) as Answer<Data>;
  }

  /**
   * Sends an operation and returns its data.
   * @throws Faulted if there was any fault
   */
  async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await this.send<Data>(query, variables);
    if (data === null || errors !== undefined) throw new Faulted(errors ?? []);
    return data;
  }
}
