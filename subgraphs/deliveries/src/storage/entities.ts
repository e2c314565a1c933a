import { EntitySchema } from 'typeorm';
import type { EntitySchemaColumnOptions } from 'typeorm';
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
  /** Which claim the lease belongs to: an expired one must not settle what another replica has taken over. */
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

// The migrations make the tables; here columns only get their names and what becomes of their values.
const text = (name: string): EntitySchemaColumnOptions => ({ name, type: 'varchar' });
const count = (name: string): EntitySchemaColumnOptions => ({ name, type: 'int' });
const instant = (name: string): EntitySchemaColumnOptions => ({ name, type: 'datetime', precision: 3 });

export const deliveryRows = new EntitySchema<DeliveryRow>({
  name: 'deliveries',
  columns: {
    id: { ...text('id'), primary: true },
    target: text('target'),
    eventId: text('event_id'),
    eventType: text('event_type'),
    subject: text('subject'),
    event: { name: 'event', type: 'mediumtext' },
    status: text('status'),
    attempts: count('attempts'),
    failedRounds: count('failed_rounds'),
    lastError: { ...text('last_error'), nullable: true },
    cause: { ...text('cause'), nullable: true },
    notedAt: instant('noted_at'),
    giveUpAt: instant('give_up_at'),
    nextAttemptAt: { ...instant('next_attempt_at'), nullable: true },
    leasedUntil: { ...instant('leased_until'), nullable: true },
    lease: { ...text('lease'), nullable: true },
    deliveredAt: { ...instant('delivered_at'), nullable: true },
  },
});

export const circuitRows = new EntitySchema<CircuitRow>({
  name: 'circuits',
  columns: {
    target: { ...text('target'), primary: true },
    state: text('state'),
    generation: count('generation'),
    reopensAt: { ...instant('reopens_at'), nullable: true },
    started: count('started'),
    succeeded: count('succeeded'),
    failed: count('failed'),
  },
});

export const entities = [deliveryRows, circuitRows];
