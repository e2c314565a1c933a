import type { Fan } from '@frontrow/stack/fan';

/**
 * The results of a subscription over an event stream (graphql-sse, distinct connections mode), which ends when the server, the
 * connection or `signal` ends it.
 * Source: https://github.com/enisdenjo/graphql-sse/blob/master/PROTOCOL.md
 *
 * @throws if it cannot be opened, or breaks
 */
export async function* follow<Data>(
  { url, token }: Fan,
  query: string,
  variables: Record<string, unknown>,
  signal: AbortSignal,
): AsyncGenerator<Data> {
  const { body, ok, status } = await fetch(url, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${token ?? ''}`,
    },
    body: JSON.stringify({ query, variables }),
    signal,
  });
  if (!ok || body === null) throw new Error(`the subscription was answered with status ${status}`);
  let rest = '';
  for await (const text of body.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const { data } = JSON.parse(/^data: (\{.*)$/.exec(line)?.[1] ?? '{}') as { data?: Data | null };
      if (data) yield data;
    }
  }
}
