import { refuse } from '@frontrow/kit/refusal';

/**
 * Anybody can register any address. Until its owner has followed a link that was mailed there, the account may be a stranger's, who
 * knows the password and would get the role. The advice is to reset the password, because that shuts such a stranger out; merely to
 * confirm the address would not.
 */
export const unconfirmed = () =>
  refuse(
    'EMAIL_NOT_CONFIRMED',
    'The person has not confirmed the address yet: ask for a new password to be set with "Forgot your password?", which confirms it.',
  );
