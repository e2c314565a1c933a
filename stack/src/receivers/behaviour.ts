/** How an outside system behaves at present. */
export interface Behaviour {
  /** How long it takes to answer, in ms. */
  delayMs: number;
  /** The share of calls, from 0 to 1, that it answers with `failStatus` and does not keep. */
  failShare: number;
  failStatus: number;
  /** The Retry-After header of these answers, if they have one. */
  retryAfter: string | null;
  /** The share of calls, from 0 to 1, that it keeps, but whose connection it cuts before it answers. */
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
 * Reads a behaviour from JSON. What it does not mention is that of a well-behaved system.
 * @throws an error that names what is wrong with it
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
