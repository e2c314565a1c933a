import type { TypePolicies } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/** How Apollo caches the types that only operators ask for, besides the policies of the storefront. */
export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      operatorActions: relayStylePagination(['action']),
      reservationsBySeat: relayStylePagination(['scheduleId', 'label']),
      sagas: relayStylePagination(['status']),
      deadLetters: relayStylePagination(['status']),
      deliveries: relayStylePagination(['status', 'target']),
    },
  },
  // These are parts of a drawing, and have no identity of their own.
  HallSection: { keyFields: false },
  HallStage: { keyFields: false },
  Circuit: { keyFields: ['target'] },
  InvariantState: { keyFields: ['invariant'] },
  SagaStep: { keyFields: ['eventId'] },
};
