import type { LinkPurpose } from '@frontrow/events/contracts/users';
import type { Allowance } from './allowance.ts';

const minutes = (count: number) => count * 60_000;

/**
 * What is counted, from the scopes that many people share to those that few do. Rows are locked in this order. An "address" is a
 * network address.
 *
 * - REGISTRATIONS: accounts made from an address.
 * - ADDRESS: wrong passwords from an address, for any account.
 * - ACCOUNT: wrong passwords for an e-mail address, from all addresses where nobody has logged in to the account before.
 * - ACCOUNT_AND_ADDRESS: wrong passwords for one e-mail address from one address.
 * - SESSION: wrong passwords from a client that has a session of the account.
 * - RESETS: requests from an address for links to reset a password, for any account.
 * - LINKS: requests for links to one e-mail address, for one purpose.
 */
export const scopes = [
  'REGISTRATIONS',
  'ADDRESS',
  'ACCOUNT',
  'ACCOUNT_AND_ADDRESS',
  'SESSION',
  'RESETS',
  'LINKS',
] as const;
export type Scope = (typeof scopes)[number];

/** Something that is counted. Its `id` is unique within its scope. */
export interface Throttle {
  readonly scope: Scope;
  readonly id: string;
  readonly allowance: Allowance;
}

/** What one network address may do; 0 means no limit. Many people may share an address. */
export interface AddressLimits {
  /** In an hour. The same number of links to reset a password is allowed. */
  readonly registrations: number;
  /** Within 15 minutes, for all accounts together. */
  readonly failedLogIns: number;
}

const wrongPasswords: Allowance = { most: 10, withinMs: minutes(15) };
const wrongPasswordsOfStrangers: Allowance = { most: 50, withinMs: minutes(15) };

export const registrationThrottles = (address: string, { registrations }: AddressLimits): Throttle[] =>
  registrations === 0
    ? []
    : [
        {
          scope: 'REGISTRATIONS',
          id: address,
          allowance: { most: registrations, withinMs: minutes(60) },
        },
      ];

const mailedLinks: Allowance = { most: 3, withinMs: minutes(60) };

/** Limits the mails to one address, so that nobody can fill the mailbox of somebody else. */
export const linkThrottles = (email: string, purpose: LinkPurpose): Throttle[] => [
  { scope: 'LINKS', id: `${purpose} ${email}`, allowance: mailedLinks },
];

/** Limits requests to reset a password, whether or not there is an account. */
export const resetThrottles = (
  email: string,
  address: string,
  { registrations }: AddressLimits,
): Throttle[] => [
  ...(registrations === 0
    ? []
    : [{ scope: 'RESETS', id: address, allowance: { most: registrations, withinMs: minutes(60) } } as const]),
  ...linkThrottles(email, 'PASSWORD_RESET'),
];

/** What is known about somebody who logs in before their password is verified. */
export type Familiarity =
  /** The request has a token of a session of this account that has not ended. */
  | { readonly by: 'SESSION'; readonly sessionId: string }
  /** Somebody has logged in to the account from this address before. */
  | { readonly by: 'ADDRESS' }
  | { readonly by: 'NOTHING' };

/**
 * The throttles that an attempt to log in counts for. Strangers, whether together or from the same address, must not lock out
 * people who are known, so they are counted apart.
 */
export function logInThrottles(
  email: string,
  address: string,
  familiarity: Familiarity,
  { failedLogIns }: AddressLimits,
): Throttle[] {
  const here: Throttle = {
    scope: 'ACCOUNT_AND_ADDRESS',
    id: `${email} ${address}`,
    allowance: wrongPasswords,
  };
  switch (familiarity.by) {
    case 'SESSION':
      return [{ scope: 'SESSION', id: familiarity.sessionId, allowance: wrongPasswords }];
    case 'ADDRESS':
      return [here];
    case 'NOTHING': {
      const anywhere: Throttle = { scope: 'ACCOUNT', id: email, allowance: wrongPasswordsOfStrangers };
      if (failedLogIns === 0) return [anywhere, here];
      const allowance = { most: failedLogIns, withinMs: minutes(15) };
      return [{ scope: 'ADDRESS', id: address, allowance }, anywhere, here];
    }
  }
}
