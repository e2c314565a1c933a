import { userRegistered } from '@frontrow/events/contracts/users';
import type { Outbox } from '@frontrow/events/outbox';
import { newId } from '@frontrow/kit/ids';
import { refuse } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { hashPassword } from '../credentials/password.ts';
import { newRefreshToken } from '../credentials/refresh-token.ts';
import type { OpenSession } from '../domain/session.ts';
import type { Registration } from '../registration.ts';
import { findAccount, insertAccount } from '../storage/accounts.ts';
import { insertSession } from '../storage/sessions.ts';

/** Makes a fan's account and opens its first session. */
export async function register(
  outbox: Outbox,
  { email, password, name }: Registration,
  now: Date,
): Promise<OpenSession | Refusal<'EMAIL_TAKEN'>> {
  const user = { id: newId(), email, name, role: 'FAN', createdAt: now } as const;
  const passwordHash = await hashPassword(password);
  const { token, hash } = newRefreshToken();
  const session: OpenSession = { id: newId(), refreshToken: token, user };
  return outbox.transaction(async (tx) => {
    if ((await insertAccount(tx.manager, { ...user, passwordHash })) === 'email-taken') {
      const holder = await findAccount(tx.manager, email);
      // Its own: the connection broke during COMMIT, after all of this was carried out.
      return holder?.id === user.id ? session : tx.undo(emailTaken());
    }
    await insertSession(tx.manager, { id: session.id, userId: user.id, tokenHash: hash }, now);
    tx.emit(userRegistered.about(user.id, { userId: user.id, name }));
    return session;
  });
}

const emailTaken = () => refuse('EMAIL_TAKEN', 'There is an account with this e-mail address already.');
