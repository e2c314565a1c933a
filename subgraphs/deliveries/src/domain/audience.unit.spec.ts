import { paymentRefunded } from '@frontrow/events/contracts/payments';
import { reservationConfirmed, reservationMoved } from '@frontrow/events/contracts/reservations';
import { allTargets, audienceOf, causeOf } from './audience.ts';

it('no target waits for the cause of a cause, or deliveries could wait for each other in a circle', () => {
  for (const { type } of [reservationConfirmed, paymentRefunded, reservationMoved]) {
    for (const target of audienceOf(type)) {
      const cause = causeOf(type, target);
      expect(cause && causeOf(cause, target)).toBeUndefined();
    }
  }
  expect(allTargets.map((target) => causeOf(reservationMoved.type, target))).toContain(
    reservationConfirmed.type,
  );
});
