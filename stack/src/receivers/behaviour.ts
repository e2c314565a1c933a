/** How an outside system is today. */
export interface Behaviour {
  /** How long it thinks before it answers, in ms. */
  delayMs: number;
  /** The share of calls, from 0 to 1, that it answers with `failStatus` and forgets. */
  failShare: number;
  failStatus: number;
  /** What it answers then in the Retry-After header, if anything. */
  retryAfter: string | null;
  /** The share of calls, from 0 to 1, that it takes, but whose connection it cuts before it answers. */
  cutShare: number;
  /** Cuts every connection at once. */
  isDown: boolean;
}

export const wellBehaved: Behaviour = {
  delayMs: 0,
  failShare: 0,
  failStatus: 503,
  retryAfter: null,
  cutShare: 0,
  isDown: false,
};

const isShare = (value: unknown) => typeof value === 'number' && value >= 0 && value <= 1;
const isWhole = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
const checks: Record<keyof Behaviour, (value: unknown) => boolean> = {
  delayMs: isWhole,
  failShare: isShare,
  failStatus: (value) => isWhole(value) && (value as number) >= 200 && (value as number) <= 599,
  retryAfter: (value) => value === null || typeof value === 'string',
  cutShare: isShare,
  isDown: (value) => typeof value === 'boolean',
};

/**
 * The behaviour that `text`, JSON, asks for; what it does not mention is as it is in a well-behaved system.
 * @throws naming what is wrong with it
 */
export function readBehaviour(text: string): Behaviour {
  const asked = JSON.parse(text) as Record<string, unknown>;
  for (const [name, value] of Object.entries(asked)) {
    if (!(name in checks))
      throw new Error(`There is no ${name}; there are ${Object.keys(checks).join(', ')}.`);
    if (!checks[name as keyof Behaviour](value))
      throw new Error(`${name} cannot be ${JSON.stringify(value)}.`);
  }
  return { ...wellBehaved, ...asked };
}
