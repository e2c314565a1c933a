import { checkText, normalised } from '@frontrow/kit/text';
import { domainToASCII, domainToUnicode } from 'node:url';
import { z } from 'zod';
import { isCommonPassword } from './credentials/common-passwords.ts';

/** The dot-atom of RFC 5322: the part before the @ of every address in real use. */
const localPart = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
/** Labels of letters, digits and hyphens. The last one must have a letter, which rules out IP addresses. */
const domain = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])$/;
/** Characters that URLs have and domains do not; `domainToASCII` would cut them off. */
const foreign = /[\s/\\?#:@]/u;

/**
 * Returns an address in the form in which it is stored, so that one mailbox is one account however it is typed; null if it is not
 * valid.
 */
export function normalisedEmail(typed: string): string | null {
  // The limit for an address is 254 (RFC 3696, erratum 1690). Much longer text is refused before it is examined.
  if (typed.length > 1_000) return null;
  const address = normalised(typed).toLowerCase();
  const at = address.lastIndexOf('@');
  const [local, host] = [address.slice(0, Math.max(at, 0)), address.slice(at + 1)];
  if (!localPart.test(local) || foreign.test(host)) return null;
  // 한국.kr and xn--3e0b707e.kr are the same domain. The result is empty if the domain is not valid.
  const ascii = domainToASCII(host);
  // Node 24 returns some domains in look-alike characters of another script as they are.
  if (/(^|\.)xn--/.test(domainToUnicode(ascii))) return null;
  const email = `${local}@${ascii}`;
  return domain.test(ascii) && email.length <= 254 ? email : null;
}

/**
 * An e-mail address: trimmed, in lower case, the domain in ASCII (RFC 5891). Quoted local parts, IP addresses as domains and
 * local parts beyond ASCII (RFC 6531) are refused.
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

/** A BCP 47 tag in its canonical form. */
const locale = z.string().transform((typed, context) => {
  try {
    const [tag] = Intl.getCanonicalLocales(typed);
    if (tag !== undefined && tag.length <= 35) return tag;
  } catch {
    // reported below
  }
  context.addIssue('must be a language tag like ko or en-GB, of 35 characters at the most.');
  return z.NEVER;
});

const registration = z.object({ email, password, name, locale: locale.default('en') });
export type Registration = z.infer<typeof registration>;

/** The first mistake in a registration. */
export interface Mistake {
  readonly field: string;
  readonly what: string;
}

/** The typed registration in its normalised form, or the mistake in it. */
export function checkRegistration(
  typed: z.input<typeof registration>,
): { checked: Registration } | { mistake: Mistake } {
  const parsed = registration.safeParse(typed);
  if (parsed.success) return { checked: parsed.data };
  const [issue] = parsed.error.issues;
  return { mistake: { field: String(issue?.path[0]), what: String(issue?.message) } };
}

/** What is wrong with a new password; undefined if it is acceptable. */
export const mistakeInPassword = (typed: string): string | undefined =>
  password.safeParse(typed).error?.issues[0]?.message;

/** The e-mail address typed at log-in, normalised; null if no account can have it. */
export const knownEmail = (typed: string): string | null => email.safeParse(typed).data ?? null;
