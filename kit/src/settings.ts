import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** Thrown by `readSettings`; the message lists every mistake, one per line. */
export class SettingsError extends Error {
  override name = 'SettingsError';
}

/** The words that example files have in the place of a secret. */
const placeholder = /replace[-_ ]?me|change[-_ ]?me|change[-_ ]?this|placeholder|<[^>@]*>/i;

/** A time that must be less than that of another setting: otherwise that one would always be over first, and this one never reached. */
export const lessThan = <Setting extends z.ZodType<number>>(other: string, setting: Setting): Setting =>
  setting.meta({ lessThan: other });

/**
 * Parses the environment once, at start. An empty variable counts as absent. A placeholder, even inside an
 * address, is a mistake: what everybody can read is no secret.
 * @throws SettingsError naming every variable that is wrong, and what is wrong with it
 */
export function readSettings<Shape extends z.ZodRawShape>(
  shape: Shape,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<z.ZodObject<Shape>> {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = z.object(shape).safeParse(given);
  const placeholders = Object.keys(shape).filter((name) => placeholder.test(given[name] ?? ''));
  const notNested = Object.keys(shape).flatMap((name) => mistakeInNesting(name, shape, given));
  if (parsed.success && placeholders.length === 0 && notNested.length === 0) return parsed.data;
  const mistakes = [
    ...placeholders.map((name) => `  ${name}: is a placeholder; npm run secrets makes up a value`),
    ...(parsed.error?.issues ?? []).map((issue) => {
      const name = issue.path.join('.');
      return `  ${name}: ${given[name] === undefined ? 'is not set' : issue.message}`;
    }),
    ...notNested,
  ];
  throw new SettingsError(`The settings are wrong:\n${mistakes.join('\n')}`);
}

/** Shows both values, because either may be the default. */
function mistakeInNesting(name: string, shape: z.ZodRawShape, given: NodeJS.ProcessEnv): string[] {
  const other = z.globalRegistry.get(shape[name] as z.ZodType)?.['lessThan'] as string | undefined;
  if (other === undefined) return [];
  const [inner, outer] = [name, other].map((each) =>
    z.safeParse(shape[each] as z.ZodType<number>, given[each]),
  );
  if (!inner?.success || !outer?.success || inner.data < outer.data) return [];
  return [`  ${name}: is ${inner.data}, and must be less than ${other}, which is ${outer.data}`];
}

export const port = z.coerce.number().int().min(1).max(65_535);
const portOrOff = z.union([z.literal('off').transform(() => undefined), port]);
export const seconds = z.coerce.number().int().positive();
const url = (protocol: RegExp, example: string) =>
  z.url({ protocol, error: `must be an address like ${example}` });
export const httpUrl = url(/^https?$/, 'http://users:4001/graphql');

export const databaseUrl = url(/^mysql$/, 'mysql://user:password@host:3306/database');

/** The setting is the path of a PEM file; its parsed value is the file's content. */
const certificates = z.string().transform((path, context) => {
  try {
    const content = readFileSync(path, 'utf8');
    if (content.includes('-----BEGIN CERTIFICATE-----')) return content;
    context.addIssue({ code: 'custom', message: 'names a file without a certificate (PEM)' });
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    context.addIssue({ code: 'custom', message: `names a file that cannot be read: ${reason}` });
  }
  return z.NEVER;
});

/** What every process needs. */
export const processSettings = {
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: port,
  /** The port of `/metrics`. When it is unset or `off`, there is none, and nothing is counted. */
  METRICS_PORT: portOrOff.optional(),
  /** The address of a trace collector that speaks OTLP over HTTP. When it is unset, nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  /** These two say which traces are collected. OpenTelemetry reads them itself, and collects all traces when they are unset. */
  OTEL_TRACES_SAMPLER: z.string().optional(),
  OTEL_TRACES_SAMPLER_ARG: z.string().optional(),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  NODE_ENV: z.enum(['development', 'test', 'production']).default('production'),
  /** Signs the gateway's requests to subgraphs; only the gateway and the subgraphs know it. */
  GATEWAY_SECRET: z.string().min(32, 'must have at least 32 characters'),
  /** The public keys of access tokens. */
  USERS_JWKS_URL: httpUrl,
};

/** The secret of the tokens in mailed links, for the service that mails them and the one that accepts them. */
export const linkSecret = z.string().min(32, 'must have at least 32 characters');

/** What every subgraph needs: the above, its own database and the broker. */
export const subgraphSettings = {
  ...processSettings,
  DATABASE_URL: databaseUrl,
  /** The authorities that may have signed the database server's certificate. If they are given, the connection must use TLS. */
  DATABASE_CA_FILE: certificates.optional(),
  /**
   * What a process does about pending migrations: `run` them before it serves, refuse to start (`check`), or run them and
   * end without serving (`only`), as a job before a roll-out does.
   */
  MIGRATIONS: z.enum(['run', 'check', 'only']).default('run'),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(2).max(500).default(20),
  /** One server, or several of a cluster, separated by commas. */
  NATS_URL: z
    .string()
    .regex(
      /^nats:\/\/[^,\s@]+(,nats:\/\/[^,\s@]+)*$/,
      'must be an address like nats://host:4222; the password is NATS_PASSWORD',
    )
    .transform((urls) => urls.split(',')),
  /** The password of the account at the broker that has the service's name. */
  NATS_PASSWORD: z.string().min(1).optional(),
  /** The authorities that may have signed the broker's certificate. If they are given, the connection must use TLS. */
  NATS_CA_FILE: certificates.optional(),
  /** The number of servers of the NATS cluster that keep the stream. */
  NATS_REPLICAS: z.coerce.number().int().min(1).max(5).default(1),
};
export type SubgraphSettings = z.infer<z.ZodObject<typeof subgraphSettings>>;
