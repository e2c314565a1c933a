export interface Fault {
  readonly message: string;
  readonly path?: (string | number)[];
  readonly extensions: { readonly code: string };
}

/** `Data` is what the operation asks for: the caller knows. */
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

/** The public API as a client sees it, with or without being logged in. */
export class Api {
  readonly url: string;
  /** The access token; undefined for a visitor. */
  readonly token: string | undefined;
  /** The W3C trace that requests are to belong to. */
  traceparent: string | undefined;

  /** @param url the gateway's address, e.g. `http://127.0.0.1:4000/graphql` */
  constructor(url: string, token?: string) {
    this.url = url;
    this.token = token;
  }

  /** Sends an operation and gives all of its answer, faults included. */
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
   * Sends an operation and gives its data.
   * @throws Faulted when there was any fault
   */
  async ask<Data>(query: string, variables: Record<string, unknown> = {}): Promise<Data> {
    const { data, errors } = await this.send<Data>(query, variables);
    if (data === null || errors !== undefined) throw new Faulted(errors ?? []);
    return data;
  }
}
