import { subgraphs } from '../layout.ts';
import type { Subgraph } from '../layout.ts';

interface Audience {
  readonly type: string;
  readonly by: Subgraph;
  readonly to: readonly Subgraph[];
}

/**
 * Who tells what to whom. The services' own table (`events/src/routes.ts`) says the same, which a test sees to; the audit does not read
 * it, as it reads nothing of those whom it judges. An inbox that names a consumer which is not here is a breach.
 */
export const audiences: readonly Audience[] = [
  { type: 'user.registered.v1', by: 'users', to: ['payments', 'deliveries'] },
  { type: 'user.link-requested.v1', by: 'users', to: ['deliveries'] },
  { type: 'user.deleted.v1', by: 'users', to: subgraphs },
  ...(['users', 'queue', 'concerts', 'reservations', 'payments', 'sagas', 'deliveries'] as const).map(
    (by): Audience => ({
      type: 'operator.acted.v1',
      by,
      to: ['users'],
    }),
  ),
  { type: 'concert.created.v1', by: 'concerts', to: ['queue'] },
  { type: 'schedule.cancelled.v1', by: 'concerts', to: ['queue', 'reservations'] },
  { type: 'ticket.ended.v1', by: 'queue', to: ['concerts'] },
  { type: 'seats.held.v1', by: 'concerts', to: ['reservations', 'sagas'] },
  { type: 'seats.sold.v1', by: 'concerts', to: ['sagas'] },
  { type: 'seats.released.v1', by: 'concerts', to: ['sagas'] },
  { type: 'seats.sale-failed.v1', by: 'concerts', to: ['reservations', 'sagas'] },
  { type: 'reservation.created.v1', by: 'reservations', to: ['payments', 'sagas'] },
  { type: 'reservation.confirmed.v1', by: 'reservations', to: ['concerts', 'queue', 'deliveries', 'sagas'] },
  { type: 'reservation.confirm-failed.v1', by: 'reservations', to: ['payments', 'sagas'] },
  { type: 'reservation.cancelled.v1', by: 'reservations', to: ['concerts', 'payments', 'sagas'] },
  { type: 'reservation.expired.v1', by: 'reservations', to: ['concerts', 'payments', 'deliveries', 'sagas'] },
  { type: 'payment.completed.v1', by: 'payments', to: ['reservations', 'deliveries', 'sagas'] },
  { type: 'payment.failed.v1', by: 'payments', to: ['reservations', 'deliveries', 'sagas'] },
  { type: 'payment.refunded.v1', by: 'payments', to: ['reservations', 'deliveries', 'sagas'] },
  ...subgraphs.map((by): Audience => ({ type: 'consumer.dead-lettered.v1', by, to: ['sagas'] })),
  {
    type: 'saga.compensation-requested.v1',
    by: 'sagas',
    to: ['concerts', 'reservations', 'payments', 'sagas'],
  },
  { type: 'saga.replay-requested.v1', by: 'sagas', to: subgraphs },
  { type: 'dead-letter.replay-requested.v1', by: 'sagas', to: subgraphs },
];

/** The name of the consumer by which a service handles events of a type. */
export const consumerOf = (service: Subgraph, type: string) => `${service}-on-${type.replaceAll('.', '-')}`;
