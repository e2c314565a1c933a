import type { EventEnvelope, EventOf } from '@frontrow/events/contract';
import type { userLinkRequested } from '@frontrow/events/contracts/users';
import type { Transaction } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { audienceOf } from '../domain/audience.ts';
import type { Target } from '../domain/audience.ts';
import { newDelivery } from '../domain/delivery.ts';
import type { Schedule } from '../domain/delivery.ts';
import { insertDeliveries } from '../storage/deliveries.ts';
import { findForgotten, noteRecipients } from '../storage/recipients.ts';

export interface Noting {
  /** The targets that are on; nothing is noted for the others. */
  readonly targets: ReadonlySet<Target>;
  readonly schedule: Schedule;
  /** Called once what was noted is committed. */
  readonly wake: () => void;
}

/** Links for a deleted user are sent to nobody. */
export async function noteLinks(
  tx: Transaction,
  events: readonly EventOf<typeof userLinkRequested>[],
  noting: Noting,
  now: Date,
): Promise<void> {
  const users = events.map(({ data: { userId, email, locale } }) => ({ userId, email, locale }));
  await noteRecipients(tx.manager, users);
  const forgotten = await findForgotten(
    tx.manager,
    users.map(({ userId }) => userId),
  );
  const wanted = events.filter(({ data }) => !forgotten.has(data.userId));
  await noteDeliveries(tx, wanted, noting, now);
}

/** Notes deliveries for events, by one statement. The dispatchers send them after the commit. */
export async function noteDeliveries(
  tx: Transaction,
  events: readonly EventEnvelope[],
  { targets, schedule, wake }: Noting,
  now: Date,
): Promise<void> {
  const deliveries = events.flatMap((event) =>
    audienceOf(event.type)
      .filter((target) => targets.has(target))
      .map((target) => newDelivery(newId(), target, event, schedule, now)),
  );
  await insertDeliveries(tx.manager, deliveries, now);
  tx.afterCommit(wake);
}
