import { theWorld } from './world.ts';

/** UUIDv7 (RFC 9562) by the world's clock and random numbers. In the bundle, this replaces 'uuid'. */
export function v7(): string {
  const { random } = theWorld().scheduler;
  const dice = (digits: number) =>
    Math.floor(random.next() * 16 ** digits)
      .toString(16)
      .padStart(digits, '0');
  const time = Date.now().toString(16).padStart(12, '0');
  const variant = (8 + random.below(4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${dice(3)}-${variant}${dice(3)}-${dice(6)}${dice(6)}`;
}
