import { checkText, normalised } from '@frontrow/kit/text';
import { domainToASCII, domainToUnicode } from 'node:url';
import { z } from 'zod';
import { isCommonPassword } from './credentials/common-passwords.ts';

/** The dot-atom of RFC 5322: what stands before the @ of every address that people have. */
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** Labels of letters, digits and hyphens; the last one, which has a letter, is no part of an IP address. */
const domain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/;
/** What URLs, but no domain, have; `domainToASCII` would cut it off. */
const foreign = /[\s/\\?#:@]/u;

/** An address as it is kept, so that one mailbox is one account however it is typed; null when it is none. */
export function normalisedEmail(typed: string): string | null {
  // 254: RFC 3696, erratum 1690. What is much longer is not worth a look.
  if (typed.length > 1_000) return null;
  const address = normalised(typed).toLowerCase();
  const at = address.lastIndexOf('@');
  const [local, host] = [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
  if (!localPart.test(local) || foreign.test(host)) return null;
  // 한국.kr and xn--3e0b707e.kr are one domain. Empty for what cannot be one.
  const ascii = domainToASCII(host);
  // Node 24 lets pass as it is what only looks like the ASCII of another script.
  if (/(^|\.)xn--/.test(domainToUnicode(ascii))) return null;
  const email = `${local}@${ascii}`;
  return domain.test(ascii) && email.length <= 254 ? email : null;
}

/**
 * Trimmed, in lower case, the domain in ASCII (RFC 5891). Quoted local parts, IP addresses for domains and local parts
 * beyond ASCII (RFC 6531) are not taken.
 */
export const email = z.string().transform((typed, context) => {
  const address = normalisedEmail(typed);
  if (address !== null) return address;
  context.addIssue('must be an e-mail address.');
  return z.NEVER;
});

export const password: z.ZodType<string, string> = z
  .string()
  .min(8, 'must have 8 to 200 characters.')
  .max(200, 'must have 8 to 200 characters.')
  .refine((typed) => !isCommonPassword(typed), 'is one of the first that anybody would guess.');

const name = z.string().transform((typed, context) => {
  const checked = checkText(typed, { min: 1, max: 200 });
  if ('text' in checked) return checked.text;
  context.addIssue(checked.mistake);
  return z.NEVER;
});

/** A BCP 47 tag, written as it should be. */
const locale = z.string().transform((typed, context) => {
  try {
    const [tag] = Intl.getCanonicalLocales(typed);
    if (tag !== undefined && tag.length <= 35) return tag;
  } catch {
    // said below
  }
  context.addIssue('must be a language tag like ko or en-GB, of 35 characters at the most.');
  return z.NEVER;
});

const registration = z.object({ email, password, name, locale: locale.default('en') });
export type Registration = z.infer<typeof registration>;

/** The first thing that is wrong with a registration. */
export interface Mistake {
  readonly field: string;
  readonly what: string;
}

/** What somebody typed to register, normalised; or what is wrong with it. */
export function checkRegistration(
  typed: z.input<typeof registration>,
): { checked: Registration } | { mistake: Mistake } {
  const parsed = registration.safeParse(typed);
  if (parsed.success) return { checked: parsed.data };
  const [issue] = parsed.error.issues;
  return { mistake: { field: String(issue?.path[0]), what: String(issue?.message) } };
}

/** What is wrong with a new password; undefined when nothing is. */
export const mistakeInPassword = (typed: string): string | undefined =>
  password.safeParse(typed).error?.issues[0]?.message;

/** The e-mail address that somebody typed to log in; null when no account can have it. */
export const knownEmail = (typed: string): string | null => email.safeParse(typed).data ?? null;
