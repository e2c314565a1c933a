import type { Client } from '@frontrow/kit/client';
import { currentTraceparent } from '@frontrow/kit/trace';
import type { Viewer } from '@frontrow/kit/viewer';
import type { Request } from 'express';
import type { Authenticate } from './authentication.ts';
import { clientAddress } from './client-address.ts';
import type { RequestLimits } from './request-limits.ts';

/** What an operation passes on from the client's request to the requests to subgraphs. */
export interface GatewayContext {
  readonly viewer: Viewer | null;
  /** The client's address; null for subscriptions, which many clients may share. */
  readonly client: Client | null;
  /** The header as the client sent it; subgraphs verify it themselves. */
  readonly authorization: string | undefined;
  /** The same for all requests to subgraphs that one operation makes. */
  readonly traceparent: string | undefined;
  /** The deadline of the operation, in ms of `performance.now()`. */
  readonly deadline: number;
  /** Called when a request of the operation must wait for its turn. */
  readonly whenKeptWaiting?: () => void;
}

/** Identifies what an operation may see: all who are not logged in see the same, and different roles see different things. */
export const viewerKey = (viewer: Viewer | null): string | null =>
  viewer === null ? null : `${viewer.id} ${viewer.role}`;

/** @throws a request fault when the whole request must be refused */
export async function createContext(
  request: Request,
  options: {
    authenticate: Authenticate;
    limits: RequestLimits;
    operationTimeoutMs: number;
    trustedProxies: number;
  },
): Promise<GatewayContext> {
  const now = performance.now();
  const { authorization, 'user-agent': agent } = request.headers;
  const viewer = await options.authenticate(authorization);
  options.limits.countOperation(viewer);
  return {
    viewer,
    client: { address: clientAddress(request, options.trustedProxies), agent },
    authorization,
    traceparent: currentTraceparent(),
    deadline: now + options.operationTimeoutMs,
  };
}
