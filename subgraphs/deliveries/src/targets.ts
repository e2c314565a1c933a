import type { DataSource } from 'typeorm';
import type { Logger } from '@frontrow/kit/log';
import { DataPlatformClient } from './clients/data-platform-client.ts';
import { HttpSender, timeoutsWithin } from './clients/http-sender.ts';
import { MailClient } from './clients/mail-client.ts';
import { MailSender } from './clients/mail-sender.ts';
import { SlackClient } from './clients/slack-client.ts';
import { Dispatcher } from './dispatcher.ts';
import type { Client } from './dispatcher.ts';
import { allTargets } from './domain/audience.ts';
import type { Target } from './domain/audience.ts';
import type { Schedule } from './domain/delivery.ts';
import type { DeliveriesSettings, Destination, MailDestination } from './settings.ts';
import { findConfirmation } from './storage/deliveries.ts';
import { findRecipient } from './storage/recipients.ts';

/**
 * How many mails are sent at once, each over a connection of its own. Mail servers limit how many connections a client may have; and a mail that
 * waits for a connection uses up the time of its attempt.
 */
const mailsAtOnce = 5;

export interface RunningTargets {
  readonly schedule: Schedule;
  /** Call it when something may be due. */
  readonly wake: () => void;
  stop(): Promise<void>;
}

/** Starts sending to the targets that are on; the log says which are not. */
export function startTargets(
  on: ReadonlyMap<Target, Destination | MailDestination>,
  database: DataSource,
  settings: DeliveriesSettings,
  log: Logger,
): RunningTargets {
  const schedule = {
    retryEveryMs: settings.RETRY_EVERY_SECONDS * 1_000,
    giveUpAfterMs: settings.GIVE_UP_AFTER_SECONDS * 1_000,
  };
  const { ATTEMPT_TIMEOUT_MS: attemptMs, CIRCUIT_OPEN_MS: circuitOpenMs, SENDS_AT_ONCE } = settings;
  const running = [...on].map(([target, destination]) => {
    const isMail = 'from' in destination;
    const atOnce = isMail ? Math.min(SENDS_AT_ONCE, mailsAtOnce) : SENDS_AT_ONCE;
    const { client, sender } = isMail
      ? mailing(destination, { attemptMs, atOnce }, database)
      : calling(target, destination, attemptMs);
    const common = { target, client, database, schedule };
    return { sender, dispatcher: new Dispatcher({ ...common, circuitOpenMs, attemptMs, atOnce, log }) };
  });
  for (const target of allTargets) {
    const destination = on.get(target);
    // Only the host is logged: whoever knows a webhook's whole address can write there.
    if (destination !== undefined) log.info({ host: new URL(destination.url).host }, `${target} is on`);
    else log.warn(`${target} is off: ${target === 'MAIL' ? 'SMTP' : target}_URL is not set`);
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

/** What makes a target's attempts, and what is to be closed afterwards. */
interface Line {
  readonly client: Client;
  readonly sender: { close(): Promise<void> };
}

function calling(target: Target, destination: Destination, attemptMs: number): Line {
  const sender = new HttpSender(destination, timeoutsWithin(attemptMs));
  return { sender, client: target === 'SLACK' ? new SlackClient(sender) : new DataPlatformClient(sender) };
}

function mailing(
  { url, ...letters }: MailDestination,
  limits: { readonly attemptMs: number; readonly atOnce: number },
  { manager }: DataSource,
): Line {
  const sender = new MailSender({ url, ...limits });
  const client = new MailClient({
    ...letters,
    sender,
    findRecipient: (userId) => findRecipient(manager, userId),
    findConfirmation: (reservationId) => findConfirmation(manager, reservationId),
  });
  return { sender, client };
}
