// Every metric of Frontrow, in one place. docs/metrics.md has the same table; a test compares them, and the dashboards and
// alerts too. No label grows with fans: each value is a name in the code or the schema, or a concert on sale.

/** Who exports a metric. */
export type Exporter = 'gateway' | 'subgraphs' | 'queue' | 'sagas' | 'deliveries' | 'all';

interface Declared {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly by: Exporter;
  readonly labels: readonly string[];
  readonly help: string;
}

export const metricTable = {
  frontrow_operation_duration_seconds: {
    type: 'histogram',
    by: 'gateway',
    labels: ['operation', 'type', 'outcome'],
    help: 'Queries and mutations of clients. operation: its name in a trusted document, else "other". outcome: answered, refused (the client\'s mistake), failed (ours)',
  },
  frontrow_faults_total: {
    type: 'counter',
    by: 'gateway',
    labels: ['code'],
    help: 'Errors that clients were told, by their code',
  },
  frontrow_subscriptions: {
    type: 'gauge',
    by: 'gateway',
    labels: [],
    help: 'Operations under way over WebSockets and event streams: nearly all are subscriptions',
  },
  frontrow_subscriptions_begun_total: {
    type: 'counter',
    by: 'gateway',
    labels: ['operation'],
    help: 'Subscriptions that clients began',
  },
  frontrow_field_duration_seconds: {
    type: 'histogram',
    by: 'subgraphs',
    labels: ['field', 'outcome'],
    help: 'Root fields, as in Mutation.pay. outcome: answered, refused (a Refusal), failed (an error)',
  },
  frontrow_refusals_total: {
    type: 'counter',
    by: 'subgraphs',
    labels: ['field', 'code'],
    help: 'Refusals by their code',
  },
  frontrow_subscribers: {
    type: 'gauge',
    by: 'subgraphs',
    labels: ['field'],
    help: 'Subscriptions of gateways that are under way; identical ones of a viewer are one',
  },
  frontrow_event_duration_seconds: {
    type: 'histogram',
    by: 'subgraphs',
    labels: ['event', 'outcome'],
    help: 'Events by type, each with the time of the transaction that it was handled in. outcome: handled, failed (it is tried again)',
  },
  frontrow_event_delay_seconds: {
    type: 'histogram',
    by: 'subgraphs',
    labels: ['event'],
    help: 'From the commit that emitted an event to the one that handled it',
  },
  frontrow_event_duplicates_total: {
    type: 'counter',
    by: 'subgraphs',
    labels: ['event'],
    help: 'Events that came again, and were dropped by the inbox',
  },
  frontrow_dead_letters_total: {
    type: 'counter',
    by: 'subgraphs',
    labels: ['event'],
    help: 'Events that this process gave up on',
  },
  frontrow_consumer_pending: {
    type: 'gauge',
    by: 'subgraphs',
    labels: ['consumer'],
    help: 'Lag: events in the stream that a consumer has not handled yet; all replicas of a service tell the same',
  },
  frontrow_outbox_events: {
    type: 'gauge',
    by: 'subgraphs',
    labels: [],
    help: 'Depth: committed events that are not noted as published, counted up to 10,000; all replicas of a service tell the same',
  },
  frontrow_outbox_oldest_seconds: {
    type: 'gauge',
    by: 'subgraphs',
    labels: [],
    help: 'Age of the oldest of these; 0 when there is none',
  },
  frontrow_database_up: {
    type: 'gauge',
    by: 'subgraphs',
    labels: [],
    help: '1 while the database answers this process, else 0',
  },
  frontrow_database_connections: {
    type: 'gauge',
    by: 'subgraphs',
    labels: ['state'],
    help: 'Connections of the pool: used or free',
  },
  frontrow_database_waiting: {
    type: 'gauge',
    by: 'subgraphs',
    labels: [],
    help: 'Transactions and statements that wait for a connection of the pool',
  },
  frontrow_broker_up: {
    type: 'gauge',
    by: 'subgraphs',
    labels: [],
    help: '1 while the connection to NATS stands, else 0',
  },
  frontrow_room_waiting: {
    type: 'gauge',
    by: 'queue',
    labels: ['concert'],
    help: 'Tickets that wait, of rooms in which somebody waits or is admitted: the 100 longest lines',
  },
  frontrow_room_admitted: {
    type: 'gauge',
    by: 'queue',
    labels: ['concert'],
    help: 'Tickets that are admitted, of the same rooms',
  },
  frontrow_sagas: {
    type: 'gauge',
    by: 'sagas',
    labels: ['status'],
    help: 'Purchases that have not ended, by status; STALLED ones are stuck',
  },
  frontrow_broken_invariants: {
    type: 'gauge',
    by: 'sagas',
    labels: ['invariant'],
    help: 'Purchases whose events break an invariant, by invariant: 0 of each, but for the moment in which an event is on its way',
  },
  frontrow_dead_letters_open: {
    type: 'gauge',
    by: 'sagas',
    labels: [],
    help: 'Dead letters of all services that no operator has sent back',
  },
  frontrow_circuit_open: {
    type: 'gauge',
    by: 'deliveries',
    labels: ['target'],
    help: '1 while nothing is sent to this target, 0.5 while it is tried, else 0',
  },
  frontrow_readings_failed_total: {
    type: 'counter',
    by: 'all',
    labels: [],
    help: 'Times that gauges could not be read when they were asked for; they are left out then',
  },
} as const satisfies Record<string, Declared>;

export type MetricName = keyof typeof metricTable;
type Table = typeof metricTable;
export type NameOf<Type extends Declared['type']> = {
  [Name in MetricName]: Table[Name]['type'] extends Type ? Name : never;
}[MetricName];

/** Those of prom-client's metrics of any Node process that dashboards and alerts use. */
export const processMetrics = [
  'process_start_time_seconds',
  'process_cpu_seconds_total',
  'process_resident_memory_bytes',
  'nodejs_eventloop_lag_p99_seconds',
] as const;
