import { handler } from '@frontrow/events/consumer';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { compensateReservation } from '../operations/compensate-reservation.ts';

export const onSagaCompensationRequested = handler(sagaCompensationRequested, (tx, { data }) =>
  compensateReservation(tx, data.sagaId, new Date()),
);
