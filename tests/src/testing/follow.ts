import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createClient } from 'graphql-ws';
import type { Fan } from '@frontrow/stack/fan';
import { WebSocket } from 'ws';

/** What a subscription has brought so far. */
export interface Following<Data> {
  readonly values: Data[];
  /** Settles when the subscription has ended by itself. */
  readonly ended: Promise<void>;
  /** Waits for a value like this. Values that came before count too. */
  until(isReached: (data: Data) => boolean, withinMs?: number): Promise<Data>;
  stop(): void;
}

/** Follows a subscription over a WebSocket as an app does, with a client that reconnects. */
export function followByWebSocket<Data>(fan: Fan, query: string, variables: object): Following<Data> {
  const client = createClient({
    url: fan.url.replace('http', 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${fan.token}` },
    retryAttempts: 100,
    retryWait: () => new Promise((resolve) => setTimeout(resolve, 100)),
    shouldRetry: () => true,
  });
  return following((onValue, onEnd) => {
    client.subscribe<Data>(
      {
        query,
        variables: { ...variables },
        ...(fan.traceparent !== undefined && { extensions: { traceparent: fan.traceparent } }),
      },
      {
        next: ({ data }) => data && onValue(data),
        error: (error) => onEnd(error instanceof Error ? error : new Error(JSON.stringify(error))),
        complete: () => onEnd(),
      },
    );
    return () => void client.dispose();
  });
}

/** Follows a subscription by SSE with nothing but curl. */
export function followByCurl<Data>(fan: Fan, query: string, variables: object): Following<Data> {
  return following((onValue, onEnd) => {
    const curl = spawn('curl', [
      '--silent',
      '--no-buffer',
      fan.url,
      ...['--header', 'accept: text/event-stream'],
      ...['--header', 'content-type: application/json'],
      ...['--header', `authorization: Bearer ${fan.token}`],
      ...['--data', JSON.stringify({ query, variables })],
    ]);
    createInterface(curl.stdout).on('line', (line) => {
      const [, json] = /^data: (\{.*)$/.exec(line) ?? [];
      if (json !== undefined) onValue((JSON.parse(json) as { data: Data }).data);
    });
    curl.on('close', () => onEnd());
    return () => curl.kill();
  });
}

function following<Data>(
  start: (onValue: (data: Data) => void, onEnd: (error?: Error) => void) => () => void,
): Following<Data> {
  const values: Data[] = [];
  const { promise: ended, resolve, reject } = withResolvers();
  ended.catch(() => undefined); // whoever waits for a value gets the error
  let onNews = (): void => undefined;
  const stop = start(
    (value) => {
      values.push(value);
      onNews();
    },
    (error) => {
      if (error === undefined) resolve();
      else reject(error);
    },
  );
  const until = async (isReached: (data: Data) => boolean, withinMs = 20_000) => {
    const giveUp = Date.now() + withinMs;
    for (;;) {
      const found = values.find(isReached);
      if (found !== undefined) return found;
      if (Date.now() > giveUp)
        throw new Error(`not seen in ${withinMs} ms: ${JSON.stringify(values.slice(-3))}`);
      await Promise.race([
        new Promise<void>((news) => (onNews = news)),
        new Promise((late) => setTimeout(late, giveUp - Date.now()).unref()),
        ended.then(() => new Promise((late) => setTimeout(late, giveUp - Date.now()).unref())),
      ]);
    }
  };
  return { values, ended, until, stop };
}

function withResolvers() {
  let resolve!: () => void;
  let reject!: (error: Error) => void;
  const promise = new Promise<void>((yes, no) => ([resolve, reject] = [yes, no]));
  return { promise, resolve, reject };
}
