import { RemoteReceiver } from '@frontrow/stack/receivers/remote';
import type { Purchase } from './purchases.ts';
import type { System } from './system.ts';

export interface Outside {
  readonly dataPlatform: RemoteReceiver;
  readonly slack: RemoteReceiver;
}

/** The outside systems to which this Frontrow delivers. */
export const outsideOf = ({ stack }: System): Outside => ({
  dataPlatform: new RemoteReceiver(stack.receiversUrl, 'data-platform'),
  slack: new RemoteReceiver(stack.receiversUrl, 'slack'),
});

interface ReceivedEvent {
  type: string;
  reservationId: string;
}

/** What the data platform received about each purchase, in order. */
export async function toldAbout(
  { dataPlatform }: Outside,
  purchases: readonly Purchase[],
): Promise<string[][]> {
  const told = new Map(purchases.map(({ reservationId }) => [reservationId, [] as string[]]));
  for (const { body } of await dataPlatform.taken<ReceivedEvent>())
    told.get(body.reservationId)?.push(body.type);
  return [...told.values()];
}

/** What it receives about each purchase in the end. */
export const everything = ['payment.completed', 'purchase.confirmed'];

export interface DeliverySeen {
  id: string;
  status: string;
  attempts: number;
  lastError: string | null;
}

/** The latest deliveries with a status, as the operator sees them. */
export async function deliveriesOf({ operator }: System, status: string): Promise<DeliverySeen[]> {
  const { deliveries } = await operator.ask<{ deliveries: { edges: { node: DeliverySeen }[] } }>(
    `query ($status: DeliveryStatus) {
      deliveries(status: $status, first: 100) { edges { node { id status attempts lastError } } }
    }`,
    { status },
  );
  return deliveries.edges.map(({ node }) => node);
}

/** The state of the data platform's circuit, as the operator sees it. */
export async function circuitOf({ operator }: System): Promise<string> {
  const { circuits } = await operator.ask<{ circuits: { target: string; state: string }[] }>(
    '{ circuits { target state } }',
  );
  return circuits.find(({ target }) => target === 'DATA_PLATFORM')!.state;
}

/** Calls `look` again and again until it no longer throws, and throws its last error if time runs out. */
export async function eventually(look: () => Promise<void>, withinMs = 30_000): Promise<void> {
  const giveUpAt = Date.now() + withinMs;
  for (;;) {
    try {
      await look();
      return;
    } catch (error) {
      if (Date.now() > giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
