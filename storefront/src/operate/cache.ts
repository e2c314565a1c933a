import type { TypePolicies } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/** How what only operators ask for is kept, beside what the storefront's cache says already. */
export const typePolicies: TypePolicies = {
  Query: {
    fields: {
      operatorActions: relayStylePagination(['action']),
      sagas: relayStylePagination(['status']),
      deadLetters: relayStylePagination(['status']),
      deliveries: relayStylePagination(['status', 'target']),
    },
  },
  // Parts of a drawing, which are nothing by themselves.
  HallSection: { keyFields: false },
  HallStage: { keyFields: false },
  Circuit: { keyFields: ['target'] },
  InvariantState: { keyFields: ['invariant'] },
  SagaStep: { keyFields: ['eventId'] },
};
