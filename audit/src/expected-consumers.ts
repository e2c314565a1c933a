import { routes } from '@frontrow/events/routes';
import type { ServiceName } from '@frontrow/events/services';

interface ExpectedConsumers {
  readonly type: string;
  readonly by: ServiceName;
  readonly to: readonly ServiceName[];
}

/**
 * For each event type and publisher, the services that must handle it, from the services' own table. If an inbox names a consumer that is
 * not here, that is a breach.
 */
export const expectedConsumers: readonly ExpectedConsumers[] = Object.entries(routes)
  .filter(([, { handledBy }]) => handledBy.length > 0)
  .flatMap(([type, { publishedBy, handledBy }]) => publishedBy.map((by) => ({ type, by, to: handledBy })));

/** The name of the consumer with which a service handles events of a type. */
export const consumerOf = (service: ServiceName, type: string) =>
  `${service}-on-${type.replaceAll('.', '-')}`;
