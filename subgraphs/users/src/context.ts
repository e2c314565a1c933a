import type { Outbox } from '@frontrow/events/outbox';
import { loaderById } from '@frontrow/kit/loader';
import type { SigningKeys } from '@frontrow/kit/signing-keys';
import type { SubgraphContext } from '@frontrow/kit/subgraph-server';
import type { Viewer } from '@frontrow/kit/viewer';
import type DataLoader from 'dataloader';
import type { User } from './domain/account.ts';
import { findUsers } from './storage/accounts.ts';

export interface Context extends SubgraphContext {
  readonly outbox: Outbox;
  readonly keys: SigningKeys;
  /** When the request came. */
  readonly now: Date;
  readonly users: DataLoader<string, User | null>;
}

export const createContext = (
  outbox: Outbox,
  keys: SigningKeys,
  viewer: Viewer | null,
  now: Date,
): Context => ({
  viewer,
  outbox,
  keys,
  now,
  users: loaderById(
    (ids) => findUsers(outbox.database.manager, ids),
    (user) => user.id,
  ),
});
