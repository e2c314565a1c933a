import { z } from 'zod';
import { isCommonPassword } from './credentials/common-passwords.ts';

/** Trimmed and in lower case, so that one mailbox is one account however it is typed. 254: RFC 3696, erratum 1690. */
export const email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254, 'must have at most 254 characters.')
  .pipe(z.email('must be an e-mail address.'));

export const password: z.ZodType<string, string> = z
  .string()
  .min(8, 'must have 8 to 200 characters.')
  .max(200, 'must have 8 to 200 characters.')
  .refine((typed) => !isCommonPassword(typed), 'is one of the first that anybody would guess.');

const name = z
  .string()
  .trim()
  .min(1, 'must have 1 to 200 characters.')
  .max(200, 'must have 1 to 200 characters.');

const registration = z.object({ email, password, name });
export type Registration = z.infer<typeof registration>;

/** The first thing that is wrong with a registration. */
export interface Mistake {
  readonly field: string;
  readonly what: string;
}

/** What somebody typed to register, normalised; or what is wrong with it. */
export function checkRegistration(typed: Registration): { checked: Registration } | { mistake: Mistake } {
  const parsed = registration.safeParse(typed);
  if (parsed.success) return { checked: parsed.data };
  const [issue] = parsed.error.issues;
  return { mistake: { field: String(issue?.path[0]), what: String(issue?.message) } };
}

/** The e-mail address that somebody typed to log in; null when no account can have it. */
export const knownEmail = (typed: string): string | null => email.safeParse(typed).data ?? null;
