import { asOperator } from '@frontrow/events/operator-action';
import { badUserInput } from '@frontrow/kit/errors';
import { isRefusal } from '@frontrow/kit/refusal';
import type { Refusal } from '@frontrow/kit/refusal';
import { requireAccount } from '@frontrow/kit/viewer';
import type { Context } from '../context.ts';
import { signAccessToken } from '../credentials/access-token.ts';
import type { OpenSession } from '../domain/session.ts';
import { addOperator } from '../operations/add-operator.ts';
import { changePassword } from '../operations/change-password.ts';
import { confirmEmail, requestConfirmation } from '../operations/confirm-email.ts';
import { deleteAccount } from '../operations/delete-account.ts';
import { endOperator } from '../operations/end-operator.ts';
import { endOtherSessions, endSession } from '../operations/end-sessions.ts';
import { addStaff, endStaff } from '../operations/staff.ts';
import { logIn } from '../operations/log-in.ts';
import { logOut } from '../operations/log-out.ts';
import { refreshSession } from '../operations/refresh-session.ts';
import { registerCaller } from '../operations/register.ts';
import { requestPasswordReset } from '../operations/request-password-reset.ts';
import { resetPassword } from '../operations/reset-password.ts';
import { checkRegistration, mistakeInPassword } from '../registration.ts';
import type { MutationResolvers, RefusalCode, SessionResultResolvers } from './types.generated.ts';

export const Mutation: MutationResolvers = {
  register: async (_, { input }, context) => {
    const registration = checkRegistration({ ...input, locale: input.locale ?? undefined });
    if ('mistake' in registration) {
      throw badUserInput(`input.${registration.mistake.field}`, registration.mistake.what);
    }
    return answer(await registerCaller(context.outbox, registration.checked, context), context);
  },
  logIn: async (_, { input }, context) => answer(await logIn(context.outbox, input, context), context),
  refreshSession: async (_, { refreshToken }, context) =>
    answer(await refreshSession(context.outbox, refreshToken, context.now), context),
  logOut: async (_, { refreshToken }, { outbox, now }) => {
    await logOut(outbox, refreshToken, now);
    return true;
  },
  endSession: (_, { id }, { viewer, outbox, now }) => endSession(outbox, requireAccount(viewer), id, now),
  endOtherSessions: (_, _args, { viewer, outbox, now }) =>
    endOtherSessions(outbox, requireAccount(viewer), now),
  addOperator: (_, { email }, { viewer, outbox, now }) =>
    addOperator(outbox, asOperator(viewer, 'addOperator'), email, now),
  endOperator: (_, { id }, { viewer, outbox, now }) =>
    endOperator(outbox, asOperator(viewer, 'endOperator'), id, now),
  addStaff: (_, { email }, { viewer, outbox, now }) =>
    addStaff(outbox, asOperator(viewer, 'addStaff'), email, now),
  endStaff: (_, { id }, { viewer, outbox, now }) => endStaff(outbox, asOperator(viewer, 'endStaff'), id, now),
  deleteMyAccount: (_, { input }, context) =>
    deleteAccount(context.outbox, { ...input, userId: requireAccount(context.viewer).id }, context),
  changePassword: (_, { input }, context) => {
    const viewer = requireAccount(context.viewer);
    checkNewPassword(input);
    return changePassword(context.outbox, viewer, input, context);
  },
  requestPasswordReset: async (_, { email }, context) => {
    await requestPasswordReset(context.outbox, email, context);
    return true;
  },
  resetPassword: async (_, { input }, context) => {
    checkNewPassword(input);
    const { outbox, linkSecret } = context;
    return answer(await resetPassword(outbox, { ...input, linkSecret }, context), context);
  },
  requestEmailConfirmation: (_, _args, { viewer, outbox, now }) =>
    requestConfirmation(outbox, requireAccount(viewer).id, now),
  confirmEmail: async (_, { token }, { outbox, linkSecret, now }) => {
    const outcome = await confirmEmail(outbox, { token, linkSecret }, now);
    return isRefusal(outcome) ? outcome : { ...outcome, isCaller: true };
  },
};

function checkNewPassword({ newPassword }: { readonly newPassword: string }): void {
  const mistake = mistakeInPassword(newPassword);
  if (mistake !== undefined) throw badUserInput('input.newPassword', mistake);
}

export const SessionResult: SessionResultResolvers = {
  __resolveType: (result) => (isRefusal(result) ? 'Refusal' : 'Session'),
};

async function answer(outcome: OpenSession | Refusal<RefusalCode>, { keys, now }: Context) {
  if (isRefusal(outcome)) return outcome;
  const { id, refreshToken, user } = outcome;
  return {
    ...(await signAccessToken(keys, user, id, now)),
    refreshToken,
    user: { ...user, callerSessionId: id },
  };
}
