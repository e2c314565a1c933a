import type { Outbox } from '@frontrow/events/outbox';
import { setTimeout as pause } from 'node:timers/promises';
import { resetThrottles } from '../domain/throttles.ts';
import { knownEmail } from '../registration.ts';
import { findAccount } from '../storage/accounts.ts';
import { takeAll } from '../storage/throttles.ts';
import { addressOf } from './caller.ts';
import type { Attempt } from './log-in.ts';
import { mailLink } from './mail-link.ts';

/** How long each answer takes, in ms. This is far longer than it takes to find an account and to note a mail to it. */
const answerMs = 250;

/**
 * Mails a link to reset the password to the account with this e-mail address. Neither the answer nor its time tells whether there
 * is such an account, or whether a link was asked for too often.
 */
export async function requestPasswordReset(
  outbox: Outbox,
  typedEmail: string,
  { caller, limits, now }: Attempt,
): Promise<void> {
  const answered = pause(answerMs);
  const email = knownEmail(typedEmail);
  if (email !== null) {
    const throttles = resetThrottles(email, addressOf(caller), limits.addresses);
    await outbox.transaction(async (tx) => {
      if (!(await takeAll(tx.manager, throttles, now))) return;
      const account = await findAccount(tx.manager, email);
      if (account !== null) await mailLink(tx, account, 'PASSWORD_RESET', now);
    });
  }
  await answered;
}
