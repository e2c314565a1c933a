import { EntitySchema } from 'typeorm';
import { count, id, instant, key, optional, text } from '@frontrow/kit/columns';
import type { Target } from '../domain/audience.ts';
import type { Circuit } from '../domain/circuit.ts';
import type { Delivery } from '../domain/delivery.ts';

export interface DeliveryRow {
  id: string;
  target: Target;
  eventId: string;
  eventType: string;
  subject: string;
  event: string;
  status: Delivery['status'];
  attempts: number;
  failedRounds: number;
  lastError: string | null;
  cause: string | null;
  notedAt: Date;
  giveUpAt: Date;
  nextAttemptAt: Date | null;
  leasedUntil: Date | null;
  /** The claim that the lease belongs to; a replica with an expired one must not settle what another has taken over. */
  lease: string | null;
  deliveredAt: Date | null;
}

export interface CircuitRow {
  target: Target;
  state: Circuit['state'];
  generation: number;
  reopensAt: Date | null;
  started: number;
  succeeded: number;
  failed: number;
}

export const deliveryRows = new EntitySchema<DeliveryRow>({
  name: 'deliveries',
  columns: {
    id: key(id('id')),
    target: text('target'),
    eventId: id('event_id'),
    eventType: text('event_type'),
    subject: text('subject'),
    event: { name: 'event', type: 'mediumtext' },
    status: text('status'),
    attempts: count('attempts'),
    failedRounds: count('failed_rounds'),
    lastError: optional(text('last_error')),
    cause: optional(text('cause')),
    notedAt: instant('noted_at'),
    giveUpAt: instant('give_up_at'),
    nextAttemptAt: optional(instant('next_attempt_at')),
    leasedUntil: optional(instant('leased_until')),
    lease: optional(text('lease')),
    deliveredAt: optional(instant('delivered_at')),
  },
});

export const circuitRows = new EntitySchema<CircuitRow>({
  name: 'circuits',
  columns: {
    target: key(text('target')),
    state: text('state'),
    generation: count('generation'),
    reopensAt: optional(instant('reopens_at')),
    started: count('started'),
    succeeded: count('succeeded'),
    failed: count('failed'),
  },
});

export const entities = [deliveryRows, circuitRows];
