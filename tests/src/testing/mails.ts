import type { Fan } from '@frontrow/stack/fan';
import type { Mail } from '@frontrow/stack/receivers/mailbox';
import type { Stack } from '@frontrow/stack/stack';
import { setTimeout as pause } from 'node:timers/promises';

/** A system whose mails can be read. */
interface Mailing {
  readonly stack: Pick<Stack, 'receiversUrl'>;
}

/** Waits for mail to an address, and returns the newest one whose subject matches. */
export async function mailTo({ stack }: Mailing, to: string, subject: RegExp): Promise<Mail> {
  const giveUpAt = Date.now() + 30_000;
  for (;;) {
    const answer = await fetch(`${stack.receiversUrl}/mails.json?to=${encodeURIComponent(to)}`);
    const found = ((await answer.json()) as Mail[]).find((mail) => subject.test(mail.subject));
    if (found !== undefined) return found;
    if (Date.now() > giveUpAt) throw new Error(`no mail ${String(subject)} came to ${to}`);
    await pause(50);
  }
}

/** The text after `#` in the link of a mail. */
export const tokenIn = ({ text }: Mail): string => /#([\w-]{64})$/m.exec(text)?.[1] ?? '';

/** Confirms the fan's e-mail address by the mail that came when they registered, and returns it. */
export async function confirmEmailOf(system: Mailing, fan: Fan): Promise<string> {
  const { me } = await fan.ask<{ me: { email: string } }>('{ me { email } }');
  const token = tokenIn(await mailTo(system, me.email, /^Confirm/));
  await fan.ask('mutation ($token: String!) { confirmEmail(token: $token) { __typename } }', { token });
  return me.email;
}
