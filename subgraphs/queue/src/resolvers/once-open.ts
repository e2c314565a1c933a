import type { Arrivals } from '@frontrow/events/arrivals';
import { isRefusal, refuse } from '@frontrow/kit/refusal';

/** Does something in a concert's room, and waits for the room to open, which happens a moment after its concert was created. */
export const onceOpen = <Answer extends object>(
  arrivals: Arrivals,
  concertId: string,
  attempt: () => Promise<Answer>,
) =>
  arrivals.retry<Answer | ReturnType<typeof notOpenYet>>([concertId], async () => {
    const answer = await attempt();
    const hasNoRoom = isRefusal(answer) && answer.code === 'NOT_FOUND';
    return hasNoRoom && arrivals.mayStillCome(concertId) ? notOpenYet() : answer;
  });

const notOpenYet = () =>
  refuse('NOT_READY_YET', 'The waiting room of this concert has not opened yet.', { retryable: true });
