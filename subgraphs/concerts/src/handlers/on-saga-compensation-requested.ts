import { handler } from '@frontrow/events/consumer';
import { sagaCompensationRequested } from '@frontrow/events/contracts/sagas';
import { releaseSeats } from '../operations/release-seats.ts';

// Does not wait for the reservation's end to be told: that may be the very thing that cannot be.
export const onSagaCompensationRequested = handler(sagaCompensationRequested, (tx, { data }) =>
  releaseSeats(tx, data.sagaId, 'COMPENSATED'),
);
