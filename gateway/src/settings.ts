import { standstillMs } from '@frontrow/kit/http-server';
import { httpUrl, lessThan, port, processSettings } from '@frontrow/kit/settings';
import { z } from 'zod';
import { subgraphAddressSettings } from './subgraphs.ts';

const milliseconds = z.coerce.number().int().positive();
/** A connection is silent while its answer is made, so servers would close it in the middle of an operation that took longer. */
const withinAStandstill = milliseconds.max(standstillMs - 10_000);
const atLeastOne = z.coerce.number().int().positive();
/** 0 means no limit. */
const perMinute = z.coerce.number().int().min(0);

export const gatewaySettings = {
  ...processSettings,
  PORT: port.default(4000),
  ...subgraphAddressSettings,

  OPERATION_TIMEOUT_MS: withinAStandstill.default(30_000),
  SUBGRAPH_TIMEOUT_MS: lessThan('OPERATION_TIMEOUT_MS', withinAStandstill.default(25_000)),
  SUBGRAPH_CONNECT_TIMEOUT_MS: lessThan('SUBGRAPH_TIMEOUT_MS', milliseconds.default(2_000)),
  /** How long a subgraph may take to answer a subscription with its first event, before another replica is asked. */
  SUBSCRIPTION_ANSWER_MS: lessThan('OPERATION_TIMEOUT_MS', milliseconds.default(10_000)),
  /** The most connections to one replica of a subgraph that are kept open; further requests wait for one. */
  SUBGRAPH_CONNECTIONS: atLeastOne.default(128),

  MAX_BODY_BYTES: atLeastOne.default(256 * 1024),
  /** Also limits the time of validation, which grows with the square: with 1,000 tokens it takes a tenth of a second at worst. */
  MAX_TOKENS: atLeastOne.default(1_000),
  MAX_DEPTH: atLeastOne.default(15),
  MAX_ALIASES: atLeastOne.default(30),
  /**
   * How many selections an operation has when its fragments are written out, by the count of operation-size.ts. The query of tools
   * for introspection has 240.
   */
  MAX_SELECTIONS: atLeastOne.default(500),
  /** How many objects an operation may load, by the estimate of operation-size.ts. */
  MAX_COST: atLeastOne.default(10_000),
  /** The memory for long lists that are being sent, each kept once for all clients; one of 100,000 seats takes 17 MB. */
  ATTACHMENT_MEMORY_BYTES: atLeastOne.default(128 * 1024 * 1024),
  /** The memory for layouts of halls, in the forms in which they are sent; one of 100,000 seats takes 40 KB in each form (br, gzip). */
  SEAT_MAP_MEMORY_BYTES: atLeastOne.default(64 * 1024 * 1024),
  REQUESTS_PER_MINUTE_PER_VIEWER: perMinute.default(600),
  REQUESTS_PER_MINUTE_PER_ADDRESS: perMinute.default(6_000),
  /** How many may be open at a time, for each viewer; for clients that are not logged in, for each address. */
  CONNECTIONS_PER_VIEWER: atLeastOne.default(20),
  CONNECTIONS_PER_ADDRESS: atLeastOne.default(1_000),
  /** How many operations over WebSockets and event streams may be in progress, counted in the same way. */
  SUBSCRIPTIONS_PER_VIEWER: atLeastOne.default(50),
  SUBSCRIPTIONS_PER_ADDRESS: atLeastOne.default(2_000),
  /** How many proxies in front of the gateway append to X-Forwarded-For; with 0, that header is ignored. */
  TRUSTED_PROXIES: z.coerce.number().int().min(0).default(0),

  /** Whether the web client is served at `/`, if it was built. */
  STOREFRONT: z.stringbool().default(true),
  /** If unset, introspection is on except in production. */
  INTROSPECTION: z.stringbool().optional(),
  /** A JSON file of `{ "<SHA-256 of the document>": "<document>" }`. If it is set, no other document is executed. */
  TRUSTED_DOCUMENTS: z.string().optional(),
  /** Origins of web pages that may call the API, or `*`. If unset, only the gateway's own pages may. */
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
