import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Handler } from '@frontrow/events/handler';
import { deadLetterReplayRequested, sagaReplayRequested } from '@frontrow/events/contracts/sagas';
import { consumerDeadLettered } from '@frontrow/events/contracts/delivery';
import { userDeleted } from '@frontrow/events/contracts/users';
import { handledBy, publishedBy } from '@frontrow/events/routes';
import { services } from '@frontrow/events/services';
import type { ServiceName } from '@frontrow/events/services';
import { createHandlers as createConcertsHandlers } from '../../../subgraphs/concerts/src/handlers.ts';
import { handlersFor as deliveries } from '../../../subgraphs/deliveries/src/handlers.ts';
import { handlers as payments } from '../../../subgraphs/payments/src/handlers.ts';
import { handlers as queue } from '../../../subgraphs/queue/src/handlers.ts';
import { handlers as reservations } from '../../../subgraphs/reservations/src/handlers.ts';
import { createHandlers as sagas } from '../../../subgraphs/sagas/src/handlers.ts';
import { handlers as users } from '../../../subgraphs/users/src/handlers.ts';

const root = join(import.meta.dirname, '../../..');
const schedule = { retryEveryMs: 1, giveUpAfterMs: 1 };
const handlers: Record<ServiceName, readonly Handler[]> = {
  users,
  queue,
  concerts: createConcertsHandlers(() => undefined),
  reservations,
  payments,
  sagas: sagas({ replayAfterMs: 1, compensateAfterMs: 1 }),
  deliveries: deliveries({ targets: new Set(), schedule, wake: () => undefined }),
};

/** The events that delivery itself handles for every service. */
const handledByAll = [userDeleted, sagaReplayRequested, deadLetterReplayRequested].map(({ type }) => type);
const publishedByAll = consumerDeadLettered.type;

/** A mistake, in words that say what to write. */
const remedy = (service: string, does: string, types: string[]) =>
  types.map((type) => `events/src/routes.ts: ${service} ${does} ${type}; then npm run accounts`);
const without = (types: readonly string[], others: readonly string[]) =>
  types.filter((type) => !others.includes(type));

describe.each(services)('the routes of %s', (service) => {
  it('are those of the events that it has handlers for', () => {
    const has = [...new Set([...handlers[service].map(({ contract }) => contract.type), ...handledByAll])];
    const said = handledBy(service);
    expect(remedy(service, 'handles', without(has, said))).toEqual([]);
    expect(remedy(service, 'does not handle', without(said, has))).toEqual([]);
  });

  it('are those of the events that it makes', () => {
    const makes = [...typesMadeIn(join(root, 'subgraphs', service, 'src')), publishedByAll];
    const said = publishedBy(service);
    expect(remedy(service, 'publishes', without(makes, said))).toEqual([]);
    expect(remedy(service, 'does not publish', without(said, makes))).toEqual([]);
  });
});

/** The types of all `contract.about(…)`, and of operators' actions, in the sources below a folder, without tests. */
function typesMadeIn(folder: string): string[] {
  const contracts = contractNames();
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/(spec|bench)\.ts$|(^|\/)testing(\/|\.ts$)/.test(file),
  );
  const made = files.flatMap((file) => {
    const source = readFileSync(join(folder, file), 'utf8');
    const named = [...source.matchAll(/(\w+)\.about\(/g)].map(([, name = '']) => name);
    // `act` and `record` make it.
    return source.includes('@frontrow/events/operator-action') ? [...named, 'operatorActed'] : named;
  });
  return [...new Set(made)].map((name) => contracts.get(name) ?? `what ${name} is`);
}

/** The type of each contract, by the name of its constant. */
function contractNames(): Map<string, string> {
  const folder = join(root, 'events/src/contracts');
  const text = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'utf8'));
  return new Map(
    [...text.join('').matchAll(/export const (\w+) = defineEvent\(\s*'([^']+)'/g)].map(
      ([, name = '', type = '']) => [name, type],
    ),
  );
}
