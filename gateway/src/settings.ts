import { httpUrl, port, processSettings } from '@frontrow/kit/settings';
import { z } from 'zod';
import { subgraphAddressSettings } from './subgraphs.ts';

const milliseconds = z.coerce.number().int().positive();
const atLeastOne = z.coerce.number().int().positive();
/** 0 is no limit. */
const perMinute = z.coerce.number().int().min(0);

export const gatewaySettings = {
  ...processSettings,
  PORT: port.default(4000),
  ...subgraphAddressSettings,

  /** DESIGN: timeouts nest. The operation's must be longer than a subgraph request's, or that one never speaks. */
  OPERATION_TIMEOUT_MS: milliseconds.default(30_000),
  SUBGRAPH_TIMEOUT_MS: milliseconds.default(25_000),
  SUBGRAPH_CONNECT_TIMEOUT_MS: milliseconds.default(2_000),
  /** How long a subgraph may take to answer a subscription with its first event, before another replica is asked. */
  SUBSCRIPTION_ANSWER_MS: milliseconds.default(10_000),
  /** Connections that are kept to one replica of a subgraph, at most; further requests wait for one. */
  SUBGRAPH_CONNECTIONS: atLeastOne.default(128),

  MAX_BODY_BYTES: atLeastOne.default(256 * 1024),
  /** Also bounds the time of validation, which grows with the square: 1,000 are a tenth of a second at worst. */
  MAX_TOKENS: atLeastOne.default(1_000),
  MAX_DEPTH: atLeastOne.default(15),
  MAX_ALIASES: atLeastOne.default(30),
  /** Objects that an operation may load, as estimated: see operation-size.ts. */
  MAX_COST: atLeastOne.default(10_000),
  /** Long lists on their way to clients, each once for all who are sent it; one of 100,000 seats takes 17 MB. */
  ATTACHMENT_MEMORY_BYTES: atLeastOne.default(128 * 1024 * 1024),
  /** Layouts of halls that are kept in memory, as they are sent; one of 100,000 seats takes about 100 KB. */
  SEAT_MAP_MEMORY_BYTES: atLeastOne.default(64 * 1024 * 1024),
  REQUESTS_PER_MINUTE_PER_VIEWER: perMinute.default(600),
  REQUESTS_PER_MINUTE_PER_ADDRESS: perMinute.default(6_000),
  /** Open at a time. Of those who are logged in by viewer, of all others by address. */
  CONNECTIONS_PER_VIEWER: atLeastOne.default(20),
  CONNECTIONS_PER_ADDRESS: atLeastOne.default(1_000),
  /** Operations under way over WebSockets and event streams, likewise. */
  SUBSCRIPTIONS_PER_VIEWER: atLeastOne.default(50),
  SUBSCRIPTIONS_PER_ADDRESS: atLeastOne.default(2_000),
  /** How many proxies in front of the gateway append to X-Forwarded-For; 0 is to believe none of it. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).default(0),

  /** Whether the web client is served at `/`, where it was built. */
  STOREFRONT: z.stringbool().default(true),
  /** Unset is on, except in production. */
  INTROSPECTION: z.stringbool().optional(),
  /** A JSON file of `{ "<SHA-256 of the document>": "<document>" }`: when set, nothing else is executed. */
  TRUSTED_DOCUMENTS: z.string().optional(),
  /** Origins of web pages that may call the API, or `*`; unset is none but its own. */
  CORS_ORIGINS: z
    .string()
    .transform((list) => list.split(','))
    .refine((origins) => origins.every((origin) => origin === '*' || isOrigin(origin)), {
      error: 'must be origins like https://shop.example, separated by commas, or *',
    })
    .default([]),
};

export type GatewaySettings = z.infer<z.ZodObject<typeof gatewaySettings>>;

const isOrigin = (text: string) => httpUrl.safeParse(text).success && new URL(text).origin === text;
