import type { Outbox } from '@frontrow/events/outbox';
import { loaderById } from '@frontrow/kit/loader';
import type { SigningKeys } from '@frontrow/kit/signing-keys';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type DataLoader from 'dataloader';
import type { KeyObject } from 'node:crypto';
import { hiddenAddress } from './credentials/hidden-address.ts';
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
export interface Service extends Pick<Context, 'outbox' | 'keys' | 'limits' | 'linkSecret'> {
  readonly addressKey: KeyObject;
}

/** @param caller with the network address as it is, which goes no further */
export const createContext = (
  { outbox, keys, limits, linkSecret, addressKey }: Service,
  { viewer, client }: Caller,
  now: Date,
): Context => ({
  viewer,
  caller: {
    viewer,
    client: client && { ...client, address: hiddenAddress(addressKey, client.address) },
  },
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
