import { z } from 'zod';

/**
 * The header in which the gateway tells a subgraph where a request comes from: a `Client` as JSON, in ASCII. It is believed
 * because the signature of the request covers it.
 */
export const clientHeader = 'frontrow-client';

/** What the gateway knows about the sender of an operation, besides the viewer. */
const client = z.object({
  /** An IPv4 address, or the /64 that an IPv6 address is in, which is the least that one subscriber has. */
  address: z.string(),
  /** The User-Agent that the client sent, if any; shortened. */
  agent: z.string().optional(),
});
export type Client = z.infer<typeof client>;

const longestAgent = 300;

export const writeClient = ({ address, agent }: Client): string =>
  JSON.stringify({ address, agent: agent?.slice(0, longestAgent) }).replace(
    /[^ -~]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** The client that a header describes; null without one, as when the gateway asks on its own account. */
export function readClient(header: string | undefined): Client | null {
  if (header === undefined) return null;
  try {
    return client.safeParse(JSON.parse(header)).data ?? null;
  } catch {
    return null;
  }
}
