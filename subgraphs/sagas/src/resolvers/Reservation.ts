import { isId } from '@frontrow/kit/ids';
import { visibleSaga } from '../context.ts';
import type { ReservationResolvers } from './types.generated.ts';

export const Reservation: ReservationResolvers = {
  __resolveReference: ({ id }) => (isId(id) ? { id } : null),
  saga: ({ id }, _args, context) => visibleSaga(id, context),
};
