import type { ApolloClient } from '@apollo/client';
import { faultOf } from '../../api/problem.ts';
import {
  ExportAttendeesDocument,
  ExportLedgerDocument,
  ExportRefundsDocument,
} from '../operations.generated.ts';
import { csvLines } from './csv.ts';
import type { Cell } from './csv.ts';

/** What can be exported. */
export type Export =
  | { readonly of: 'attendees'; readonly scheduleId: string }
  | { readonly of: 'refunds' | 'ledger' };

interface Page {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly cursor: string | null;
}

/** How long to wait when the gateway's limit of requests per minute is reached, in ms. */
const pauseMs = 5_000;

/**
 * Fetches a table page by page and makes a file of it, which the browser keeps outside the page's memory.
 * @param onRows called with the number of rows so far
 */
export async function exportFile(
  client: ApolloClient,
  what: Export,
  onRows: (rows: number) => void,
): Promise<Blob> {
  const parts: Blob[] = [];
  let count = 0;
  for (let cursor: string | null = null; ;) {
    const page: Page = await patiently(() => fetchPage(client, what, cursor));
    // The byte order mark tells spreadsheets that this is UTF-8.
    const head = parts.length === 0 ? `\uFEFF${csvLines([page.columns])}` : '';
    parts.push(new Blob([head, csvLines(page.rows)]));
    count += page.rows.length;
    onRows(count);
    cursor = page.cursor;
    if (cursor === null) return new Blob(parts, { type: 'text/csv' });
  }
}

async function patiently<T>(question: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await question();
    } catch (error) {
      if (faultOf(error).code !== 'RATE_LIMITED') throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

async function fetchPage(client: ApolloClient, what: Export, after: string | null): Promise<Page> {
  const fresh = { fetchPolicy: 'no-cache' } as const;
  switch (what.of) {
    case 'attendees': {
      const variables = { input: { scheduleId: what.scheduleId, after } };
      const { data } = await client.mutate({ mutation: ExportAttendeesDocument, variables, ...fresh });
      const { attendees, cursor } = there(data).exportAttendees;
      const columns = [
        'seat',
        'price',
        'name',
        'email',
        'user',
        'reservation',
        'confirmed_at',
        'admitted_at',
        'door',
      ];
      const rows = attendees.map(({ reservation, seat, admission }) => [
        ...[seat.label, seat.price, reservation.user?.name, reservation.user?.email, reservation.user?.id],
        ...[reservation.id, reservation.confirmedAt, admission?.at, admission?.door],
      ]);
      return { columns, rows, cursor };
    }
    case 'refunds': {
      const { data } = await client.mutate({
        mutation: ExportRefundsDocument,
        variables: { after },
        ...fresh,
      });
      return there(data).exportRefunds;
    }
    case 'ledger': {
      const { data } = await client.mutate({
        mutation: ExportLedgerDocument,
        variables: { after },
        ...fresh,
      });
      return there(data).exportLedger;
    }
  }
}

function there<Data>(data: Data | null | undefined): Data {
  if (data == null) throw new Error('there was no answer');
  return data;
}
