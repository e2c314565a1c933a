/*
 * The broker's client: all that is used of it, and the only place that imports it (a lint rule keeps this). `nats` 2.29 is the last
 * release of this package. Its successors, @nats-io/transport-node and @nats-io/jetstream, would be imported here.
 */
export {
  AckPolicy,
  connect,
  ConsumerEvents,
  DeliverPolicy,
  DiscardPolicy,
  ErrorCode,
  Events,
  headers,
  nanos,
  NatsError,
  RetentionPolicy,
  StorageType,
} from 'nats';
export type {
  ClusterInfo,
  ConnectionOptions,
  ConsumerConfig,
  ConsumerInfo,
  ConsumerMessages,
  JetStreamClient,
  JetStreamManager,
  JsMsg,
  Msg,
  NatsConnection,
  QueuedIterator,
  Status,
  StreamConfig,
  StreamState,
  Subscription,
} from 'nats';
