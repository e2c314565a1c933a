import type { LinkPurpose } from '@frontrow/events/contracts/users';
import type { Allowance } from './allowance.ts';

const minutes = (count: number) => count * 60_000;

/**
 * What is counted, from what many share to what few do, which is the order in which rows are locked:
 *
 * - REGISTRATIONS: accounts that are made from an address.
 * - ADDRESS: wrong passwords from an address, for whichever accounts.
 * - ACCOUNT: wrong passwords for an e-mail address, from wherever nobody has logged in to it before.
 * - ACCOUNT_AND_ADDRESS: wrong passwords for an e-mail address from an address.
 * - SESSION: wrong passwords from who has a session of the account.
 * - RESETS: requests from an address for a link to reset a password, for whichever accounts.
 * - LINKS: requests for a link to an e-mail address, for one purpose.
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

/** Something that is counted. An `id` tells it from others of its scope. */
export interface Throttle {
  readonly scope: Scope;
  readonly id: string;
  readonly allowance: Allowance;
}

/** How much one address may do; 0 is no limit. Many people may share one. */
export interface AddressLimits {
  /** An hour; and as many links to reset a password. */
  readonly registrations: number;
  /** Within 15 minutes, for whichever accounts. */
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

/** Mails to one address: nobody's mailbox is to be filled by others. */
export const linkThrottles = (email: string, purpose: LinkPurpose): Throttle[] => [
  { scope: 'LINKS', id: `${purpose} ${email}`, allowance: mailedLinks },
];

/** A request to reset a password, whether there is an account or not. */
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

/** What speaks for somebody who logs in, before their password is looked at. */
export type Familiarity =
  /** The request has the token of a session of this account that has not ended. */
  | { readonly by: 'SESSION'; readonly sessionId: string }
  /** Somebody has logged in to the account from this address before. */
  | { readonly by: 'ADDRESS' }
  | { readonly by: 'NOTHING' };

/**
 * What an attempt to log in counts for. What strangers do, all together or from the same address, must not keep those out who
 * are known, so theirs is counted by itself.
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
