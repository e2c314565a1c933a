import { dictionary } from '@zxcvbn-ts/language-common';

/** What leaked most often, in lower case; those of 8 characters and more, since no shorter password is taken. */
const common: ReadonlySet<string> = new Set(
  dictionary['passwords-common'].filter((password) => password.length >= 8),
);

/** Whether a password is among the first that anybody would guess, whatever its case. */
export const isCommonPassword = (password: string): boolean =>
  common.has(password.normalize('NFKC').trim().toLowerCase());
