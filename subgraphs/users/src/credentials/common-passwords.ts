import { dictionary } from '@zxcvbn-ts/language-common';

/**
 * The passwords that leaked most often, in lower case. Only those of 8 or more characters are listed, since shorter ones are
 * refused.
 */
const common: ReadonlySet<string> = new Set(
  dictionary['passwords-common'].filter((password) => password.length >= 8),
);

/** Whether a password is one of the first that anybody would guess, in upper or lower case. */
export const isCommonPassword = (password: string): boolean =>
  common.has(password.normalize('NFKC').trim().toLowerCase());
