import { fromInput } from '../../i18n/formats.ts';

/**
 * The times that an operator has entered, as the server takes them.
 * @param start as an input of a date and a time has it, by the clock of the hall; empty while none was entered
 * @param until likewise; empty for the start
 * @returns undefined while there is no time to move the show to
 */
export function timesOf(start: string, until: string) {
  if (start === '') return undefined;
  const startsAt = fromInput(start);
  return { startsAt, refundUntil: until === '' ? startsAt : fromInput(until) };
}
