import type { Client } from '@frontrow/kit/client';
import type { Viewer } from '@frontrow/kit/viewer';
import type { PasswordQueue } from '../credentials/password-queue.ts';
import type { AddressLimits } from '../domain/throttles.ts';

/** Limits on what may be asked of this service, and of this process. */
export interface Limits {
  readonly addresses: AddressLimits;
  readonly passwords: PasswordQueue;
}

/** What is known about somebody who registers or logs in. */
export interface Caller {
  /** Its address is hidden (`hiddenAddress`). Null if the gateway did not say. */
  readonly client: Client | null;
  /** Somebody who is logged in may log in again. */
  readonly viewer: Viewer | null;
}

/** All callers whose address is unknown count as one. */
export const addressOf = ({ client }: Caller): string => client?.address ?? '';
