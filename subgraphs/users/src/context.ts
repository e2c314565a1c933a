import type { Outbox } from '@frontrow/events/outbox';
import { loaderById } from '@frontrow/kit/loader';
import type { SigningKeys } from '@frontrow/kit/signing-keys';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type DataLoader from 'dataloader';
import type { User } from './domain/account.ts';
import type { Caller, Limits } from './operations/caller.ts';
import { findUsers } from './storage/accounts.ts';

export interface Context extends SubgraphContext {
  readonly outbox: Outbox;
  readonly keys: SigningKeys;
  readonly caller: Caller;
  readonly limits: Limits;
  /** The secret from which the tokens of mailed links are made. */
  readonly linkSecret: string;
  /** When the request arrived. */
  readonly now: Date;
  readonly users: DataLoader<string, User | null>;
}

/** What all requests of the process share. */
export type Service = Pick<Context, 'outbox' | 'keys' | 'limits' | 'linkSecret'>;

export const createContext = (
  { outbox, keys, limits, linkSecret }: Service,
  { viewer, client }: Caller,
  now: Date,
): Context => ({
  viewer,
  caller: { viewer, client },
  outbox,
  keys,
  limits,
  linkSecret,
  now,
  users: loaderById(
    (ids) => findUsers(outbox.database.manager, ids),
    (user) => user.id,
  ),
});
