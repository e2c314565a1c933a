import { asOperator } from '@frontrow/events/operator-action';
import { badUserInput } from '@frontrow/kit/errors';
import { isRefusal } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { requireViewer } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import { signAccessToken } from '../credentials/access-token.ts';
import type { OpenSession } from '../domain/session.ts';
import { addOperator } from '../operations/add-operator.ts';
import { deleteAccount } from '../operations/delete-account.ts';
import { endOperator } from '../operations/end-operator.ts';
import { logIn } from '../operations/log-in.ts';
import { logOut } from '../operations/log-out.ts';
import { refreshSession } from '../operations/refresh-session.ts';
import { register } from '../operations/register.ts';
import { checkRegistration } from '../registration.ts';
import type { MutationResolvers, RefusalCode, SessionResultResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  register: async (_, { input }, context) => {
    const registration = checkRegistration(input);
    if ('mistake' in registration) {
      throw badUserInput(`input.${registration.mistake.field}`, registration.mistake.what);
    }
    return answer(await register(context.outbox, registration.checked, context.now), context);
  },
  logIn: async (_, { input }, context) => answer(await logIn(context.outbox, input, context.now), context),
  refreshSession: async (_, { refreshToken }, context) =>
    answer(await refreshSession(context.outbox, refreshToken, context.now), context),
  logOut: async (_, { refreshToken }, { outbox, now }) => {
    await logOut(outbox, refreshToken, now);
    return true;
  },
  addOperator: (_, { email }, { viewer, outbox, now }) =>
    addOperator(outbox, asOperator(viewer, 'addOperator'), email, now),
  endOperator: (_, { id }, { viewer, outbox, now }) =>
    endOperator(outbox, asOperator(viewer, 'endOperator'), id, now),
  deleteMyAccount: (_, { input }, { viewer, outbox, now }) =>
    deleteAccount(outbox, { ...input, userId: requireViewer(viewer).id }, now),
};

export const SessionResult: SessionResultResolvers = {
  __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'Session'),
};

async function answer(outcome: OpenSession | Refusal<RefusalCode>, { keys, now }: Context) {
  if (isRefusal(outcome)) return outcome;
  const { id, refreshToken, user } = outcome;
  return {
    ...(await signAccessToken(keys, user, id, now)),
    refreshToken,
    user: { ...user, isCaller: true } as const,
  };
}
