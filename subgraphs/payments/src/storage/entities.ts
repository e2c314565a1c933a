import type { EntitySchema } from 'typeorm';
import { ledgerLines } from './ledger-lines.ts';
import { payables } from './payables.ts';
import { payments } from './payments.ts';
import { wallets } from './wallets.ts';

export const entities: EntitySchema[] = [wallets, ledgerLines, payables, payments];
