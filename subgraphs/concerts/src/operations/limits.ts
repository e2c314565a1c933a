import { badUserInput } from '@frontrow/kit/errors';

/** @throws BAD_USER_INPUT unless the text, without the spaces around it, has `min` to `max` characters; returns it so */
export function text(argument: string, value: string, min: number, max: number): string {
  const trimmed = value.trim();
  if (trimmed.length < min || trimmed.length > max) {
    throw badUserInput(argument, `must have ${min} to ${max} characters.`);
  }
  return trimmed;
}

/** @throws BAD_USER_INPUT unless min ≤ value ≤ max */
export function between(argument: string, value: number, min: number, max: number): number {
  if (value < min || value > max) throw badUserInput(argument, `must be from ${min} to ${max}.`);
  return value;
}
