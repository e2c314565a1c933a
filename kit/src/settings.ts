import { z } from 'zod';

/** Thrown by `readSettings`; the message lists every mistake, one a line. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/**
 * Parses the environment once, at start. An empty variable counts as absent.
 * @throws SettingsError naming every variable that is wrong, and what is wrong with it
 */
export function readSettings<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = z.object(shape).safeParse(given);
  if (parsed.success) return parsed.data;
  const mistakes = parsed.error.issues.map((issue) => {
    const name = issue.path.join('.');
    return `  ${name}: ${given[name] === undefined ? 'is not set' : issue.message}`;
  });
  throw new SettingsError(`The settings are wrong:\n${mistakes.join('\n')}`);
}

export const port = z.coerce.number().int().min(1).max(65_535);
export const seconds = z.coerce.number().int().positive();
const url = (protocol: RegExp, example: string) =>
  z.url({ protocol, error: `must be an address like ${example}` });
export const httpUrl = url(/^https?$/, 'http://users:4001/graphql');

/** What every process needs. */
export const processSettings = {
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port,
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  /** Signs the gateway's requests to subgraphs; known to them and nobody else. */
  GATEWAY_SECRET: z.string().min(32, 'must have at least 32 characters'),
  /** The public keys of access tokens. */
  USERS_JWKS_URL: httpUrl,
};

/** What every subgraph needs: the above, and its own database and the broker. */
export const subgraphSettings = {
  ...processSettings,
  DATABASE_URL: url(/^mysql$/, 'mysql://user:password@host:3306/database'),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).default(20),
  /** One server, or several of a cluster, separated by commas. */
  NATS_URL: z
    .string()
    .regex(/^nats:\/\/[^,\s]+(,nats:\/\/[^,\s]+)*$/, 'must be an address like nats://host:4222')
    .transform((urls) => urls.split(',')),
  /** On how many servers of the NATS cluster the stream is kept. */
  NATS_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
};
