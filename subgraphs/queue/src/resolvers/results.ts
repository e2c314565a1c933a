import { isRefusal } from '@frontrow/kit/refusal';

// A refusal says what it is; everything else in these unions is the one type that they are about.

export const EnterQueueResult = {
  __resolveType: (result: object) => (isRefusal(result) ? 'Refusal' : 'QueueTicket'),
} as const;

export const LeaveQueueResult = EnterQueueResult;

export const WaitingRoomResult = {
  __resolveType: (result: object) => (isRefusal(result) ? 'Refusal' : 'WaitingRoom'),
} as const;
