import type { DataSource } from 'typeorm';
import type { Logger } from '@frontrow/kit/log';
import { unreachable } from '@frontrow/kit/unreachable';
import { DataPlatformClient } from './clients/data-platform-client.ts';
import { HttpSender, timeoutsWithin } from './clients/http-sender.ts';
import { SlackClient } from './clients/slack-client.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Client } from './dispatcher.ts';
import { allTargets } from './domain/audience.ts';
import type { Target } from './domain/audience.ts';
import type { Schedule } from './domain/delivery.ts';
import type { DeliveriesSettings, Destination } from './settings.ts';

export interface RunningTargets {
  readonly schedule: Schedule;
  /** There may be something due. */
  readonly wake: () => void;
  stop(): Promise<void>;
}

/** Starts sending to the targets that are on; the log says which are not. */
export function startTargets(
  on: ReadonlyMap<Target, Destination>,
  database: DataSource,
  settings: DeliveriesSettings,
  log: Logger,
): RunningTargets {
  const schedule = {
    retryEveryMs: settings.RETRY_EVERY_SECONDS * 1_000,
    giveUpAfterMs: settings.GIVE_UP_AFTER_SECONDS * 1_000,
  };
  const { ATTEMPT_TIMEOUT_MS: attemptMs, CIRCUIT_OPEN_MS: circuitOpenMs, SENDS_AT_ONCE: atOnce } = settings;
  const running = [...on].map(([target, destination]) => {
    const sender = new HttpSender(destination, timeoutsWithin(attemptMs));
    const client = clientOf(target, sender);
    const common = { target, client, database, schedule };
    return { sender, dispatcher: new Dispatcher({ ...common, circuitOpenMs, attemptMs, atOnce, log }) };
  });
  for (const target of allTargets) {
    const destination = on.get(target);
    // The host alone: who knows the whole address of a webhook can write there.
    if (destination !== undefined) log.info({ host: new URL(destination.url).host }, `${target} is on`);
    else log.warn(`${target} is off: ${target}_URL is not set`);
  }
  return {
    schedule,
    wake: () => {
      for (const { dispatcher } of running) dispatcher.wake();
    },
    stop: async () => {
      await Promise.all(running.map(({ dispatcher }) => dispatcher.stop()));
      await Promise.all(running.map(({ sender }) => sender.close()));
    },
  };
}

function clientOf(target: Target, sender: HttpSender): Client {
  switch (target) {
    case 'DATA_PLATFORM':
      return new DataPlatformClient(sender);
    case 'SLACK':
      return new SlackClient(sender);
    default:
      return unreachable(target);
  }
}
