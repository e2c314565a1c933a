import type { FaultCode } from '@frontrow/kit/errors';
import type { Revoked } from '@frontrow/kit/revocations';
import { viewerFrom } from '@frontrow/kit/viewer';
import type { Viewer } from '@frontrow/kit/viewer';
import { GraphQLError } from 'graphql';
import type { JWTVerifyGetKey } from 'jose';
import { requestFault } from './faults.ts';

/**
 * The viewer that an Authorization header names; null without one.
 * @throws a request fault: UNAUTHENTICATED for a token that is malformed, forged, expired or revoked; SERVICE_UNAVAILABLE
 *   while the public keys cannot be had, which does not affect anonymous requests
 */
export type Authenticate = (authorization: string | undefined) => Promise<Viewer | null>;

/** Verifies access tokens. Each subgraph verifies them again, so that none has to trust the gateway with identities. */
export const authentication =
  (keys: JWTVerifyGetKey, revoked: Revoked): Authenticate =>
  async (authorization) => {
    try {
      return await viewerFrom(authorization, keys, revoked);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      throw requestFault(error.extensions['code'] as FaultCode, error.message);
    }
  };
