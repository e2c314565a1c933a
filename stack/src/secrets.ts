import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { receiverNames, type ReceiverName } from './receivers/server.ts';
import { subgraphs } from './subgraphs.ts';
import type { Subgraph } from './subgraphs.ts';

export interface Secrets {
  /** Signs the gateway's requests to the subgraphs. */
  gateway: string;
  /** Of the database server's root. */
  mysql: string;
  databases: Record<Subgraph, string>;
  /** Of the accounts at the broker. */
  broker: BrokerPasswords;
  /** What makes mailed links good. */
  mailLinks: string;
  /** What deliveries signs with, by whom it is for. */
  receivers: Record<ReceiverName, string>;
  /** The operator's password, unless OPERATOR_PASSWORD gives one. */
  operator: string;
}

export type BrokerPasswords = Record<Subgraph | 'administrator', string>;
const brokerAccounts = [...subgraphs, 'administrator'] as const;

/** The secrets of an installation: made up when they are first needed, kept in `secrets.json` from then on. */
export function readSecrets(home: string): Secrets {
  const file = join(home, 'secrets.json');
  const kept = read(file);
  const secrets: Secrets = {
    gateway: kept.gateway ?? madeUp(),
    mysql: kept.mysql ?? madeUp(),
    databases: Object.fromEntries(
      subgraphs.map((subgraph) => [subgraph, kept.databases?.[subgraph] ?? madeUp()]),
    ) as Record<Subgraph, string>,
    broker: Object.fromEntries(
      brokerAccounts.map((account) => [account, kept.broker?.[account] ?? madeUp()]),
    ) as BrokerPasswords,
    mailLinks: kept.mailLinks ?? madeUp(),
    receivers: Object.fromEntries(
      receiverNames.map((name) => [name, kept.receivers?.[name] ?? madeUp()]),
    ) as Record<ReceiverName, string>,
    operator: kept.operator ?? madeUp(12),
  };
  if (JSON.stringify(secrets) !== JSON.stringify(kept)) {
    mkdirSync(home, { recursive: true });
    // Written beside and renamed: a half-written file would lock us out of the database.
    writeFileSync(`${file}.new`, JSON.stringify(secrets, null, 2) + '\n', { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return secrets;
}

function read(file: string): Partial<Secrets> {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Partial<Secrets>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new Error(`${file} cannot be read: ${String(error)}. Without it new secrets are made up.`, {
      cause: error,
    });
  }
}

/** Fit for a URL as it is. */
const madeUp = (bytes = 24) => randomBytes(bytes).toString('base64url');
