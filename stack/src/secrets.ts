import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { receiverNames, type ReceiverName } from './receivers/server.ts';
import { subgraphs } from './subgraphs.ts';
import type { Subgraph } from './subgraphs.ts';

export interface Secrets {
  /** The secret that signs the gateway's requests to the subgraphs. */
  gateway: string;
  /** The password of root at the database server. */
  mysql: string;
  databases: Record<Subgraph, string>;
  /** The passwords of the accounts at the broker. */
  broker: BrokerPasswords;
  /** The key that makes mailed links valid. */
  mailLinks: string;
  /** The secrets with which deliveries signs, by receiver. */
  receivers: Record<ReceiverName, string>;
  /** The operator's password, unless OPERATOR_PASSWORD gives one. */
  operator: string;
}

export type BrokerPasswords = Record<Subgraph | 'administrator', string>;
const brokerAccounts = [...subgraphs, 'administrator'] as const;

/** The secrets of an installation. They are made up when they are first needed, and kept in `secrets.json` from then on. */
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
    // Written to another file and renamed, because a half-written file would lock this system out of its database.
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

/** Can be used in a URL as it is. */
const madeUp = (bytes = 24) => randomBytes(bytes).toString('base64url');
