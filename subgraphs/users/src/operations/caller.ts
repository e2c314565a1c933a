import type { Client } from '@frontrow/kit/client';
import type { Viewer } from '@frontrow/kit/viewer';
import type { PasswordQueue } from '../credentials/password-queue.ts';
import type { AddressLimits } from '../domain/throttles.ts';

/** How much may be asked of this service, and of this process. */
export interface Limits {
  readonly addresses: AddressLimits;
  readonly passwords: PasswordQueue;
}

/** Whoever registers or logs in, as far as that is known. */
export interface Caller {
  /** Null when the gateway did not say. */
  readonly client: Client | null;
  /** Somebody who is logged in already may well log in again. */
  readonly viewer: Viewer | null;
}

/** All whose address is not known count as one. */
export const addressOf = ({ client }: Caller): string => client?.address ?? '';
