import { handler } from '@frontrow/events/consumer';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { closePayable } from '../operations/close-payable.ts';

// Does not wait for the reservation's end to be told: that may be the very thing that cannot be.
export const onSagaCompensationRequested = handler(sagaCompensationRequested, (tx, { data }) =>
  closePayable(tx, {
    reservationId: data.sagaId,
    userId: data.userId ?? undefined,
    reason: 'COMPENSATED',
  }),
);
