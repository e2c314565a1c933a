import { paymentCompleted, paymentFailed, paymentRefunded } from '@frontrow/events/contracts/payments';
import {
  reservationConfirmed,
  reservationExpired,
  reservationMoved,
} from '@frontrow/events/contracts/reservations';
import { userLinkRequested } from '@frontrow/events/contracts/users';

/** The outside systems. */
export const allTargets = ['DATA_PLATFORM', 'SLACK', 'MAIL'] as const;
export type Target = (typeof allTargets)[number];

const audience: Readonly<Record<string, readonly Target[]>> = {
  [reservationConfirmed.type]: ['DATA_PLATFORM', 'SLACK', 'MAIL'],
  [reservationExpired.type]: ['DATA_PLATFORM'],
  [reservationMoved.type]: ['MAIL'],
  [paymentCompleted.type]: ['DATA_PLATFORM'],
  [paymentFailed.type]: ['DATA_PLATFORM'],
  [paymentRefunded.type]: ['DATA_PLATFORM', 'MAIL'],
  [userLinkRequested.type]: ['MAIL'],
};

/** The targets of events of this type. */
export const audienceOf = (eventType: string): readonly Target[] => audience[eventType] ?? [];

// Events of one reservation may arrive in another order than they happened: see events/README.md.
const causes: Readonly<Record<string, string>> = {
  [reservationConfirmed.type]: paymentCompleted.type,
  [paymentRefunded.type]: paymentCompleted.type,
  [reservationMoved.type]: reservationConfirmed.type,
};

/** The type of event that must have been delivered before one of this type, if `target` gets such events too. */
export function causeOf(eventType: string, target: Target): string | undefined {
  const cause = causes[eventType];
  return cause !== undefined && audienceOf(cause).includes(target) ? cause : undefined;
}
