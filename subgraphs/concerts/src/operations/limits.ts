import { badUserInput } from '@frontrow/kit/errors';

/** @throws BAD_USER_INPUT unless min ≤ value ≤ max */
export function between(argument: string, value: number, min: number, max: number): number {
  if (value < min || value > max) throw badUserInput(argument, `must be from ${min} to ${max}.`);
  return value;
}
