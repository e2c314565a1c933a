import type { DeliveryResolvers } from './types.generated.ts';

export const Delivery: DeliveryResolvers = {
  __resolveReference: ({ id }, { viewer, byId }) => (viewer?.role === 'OPERATOR' ? byId.load(id) : null),
  idempotencyKey: ({ eventId }) => eventId,
  nextAttemptAt: (delivery) => (delivery.status === 'PENDING' ? delivery.nextAttemptAt : null),
  deliveredAt: (delivery) => (delivery.status === 'DELIVERED' ? delivery.deliveredAt : null),
};
