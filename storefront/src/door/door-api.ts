import type { ApolloClient } from '@apollo/client';
import { faultOf } from '../api/problem.ts';
import { NotAllowed } from './door.ts';
import type { Answer, DoorApi } from './door.ts';
import type { Change } from './door-store.ts';
import {
  AdmitTicketDocument,
  DoorKeysDocument,
  DoorListDocument,
  DoorShowDocument,
  SyncAdmissionsDocument,
} from './operations.generated.ts';
import type { ScanPartsFragment } from './operations.generated.ts';

/** The requests of a door to the server. Apollo caches nothing of them, because the door stores what it needs. */
export function doorApi(client: ApolloClient): DoorApi {
  const fresh = { fetchPolicy: 'no-cache' } as const;
  return {
    keys: () =>
      asked(async () => {
        const { data } = await client.query({ query: DoorKeysDocument, ...fresh });
        return there(data).ticketKeys.map(({ publicKey }) => publicKey);
      }),
    startsAt: (scheduleId) =>
      asked(async () => {
        const { data } = await client.query({ query: DoorShowDocument, variables: { scheduleId }, ...fresh });
        return there(there(data).schedule).startsAt;
      }),
    list: (scheduleId, after) =>
      asked(async () => {
        const { data } = await client.query({
          ...{ query: DoorListDocument, variables: { scheduleId, after }, ...fresh },
        });
        const { changes, doors, asOf, entriesFrom, ticketCount, admittedCount, conflicts, ...page } =
          there(data).doorList;
        return {
          ...page,
          changes: changes.map((change) => readChange(change, doors)),
          entriesFrom: entriesFrom === null ? null : Date.parse(entriesFrom),
          ...{ asOf: Date.parse(asOf), tickets: ticketCount, admitted: admittedCount },
          conflicts: conflicts.map(({ id, door, at, admission }) => ({
            ...{ id, door, at: Date.parse(at) },
            entered: admission && {
              ...{ door: admission.door, at: Date.parse(admission.at), seat: admission.seatLabel },
            },
          })),
        };
      }),
    admit: (scan) =>
      asked(async () => {
        const { data } = await client.mutate({
          ...{ mutation: AdmitTicketDocument, variables: { input: scan }, ...fresh },
        });
        return answerOf(there(data).admitTicket);
      }),
    sync: (scheduleId, scans) =>
      asked(async () => {
        const input = { scheduleId, scans: scans.map(({ scheduleId: _, ...scan }) => scan) };
        const { data } = await client.mutate({
          ...{ mutation: SyncAdmissionsDocument, variables: { input }, ...fresh },
        });
        return there(data).syncAdmissions.map(({ clientId }) => clientId);
      }),
  };
}

async function asked<T>(question: () => Promise<T>): Promise<T> {
  try {
    return await question();
  } catch (error) {
    const { code } = faultOf(error);
    throw code === 'UNAUTHENTICATED' || code === 'FORBIDDEN' ? new NotAllowed() : error;
  }
}

function there<Data>(data: Data | null | undefined): Data {
  if (data == null) throw new Error('there was no answer');
  return data;
}

function answerOf(result: ScanPartsFragment): Answer {
  if (result.__typename === 'Refusal') return { is: 'REFUSED', code: result.code };
  const isFirst = result.__typename === 'Admission';
  const { seatLabel: seat, door, at } = isFirst ? result : result.admission;
  return { is: isFirst ? 'ADMITTED' : 'ALREADY', seat, door, at: Date.parse(at) };
}

/** Reads a change in the server's format: docs/tickets.md. */
export function readChange(text: string, doors: readonly string[]): readonly [string, Change] {
  const [ticket, rest] = [text.slice(0, 11), text.slice(12)];
  const [seconds = '', door = ''] = rest.split('.');
  const at = Number.parseInt(seconds, 36) * 1_000;
  return [ticket, { at, door: text[11] === 'V' ? null : (doors[Number.parseInt(door, 36)] ?? '') }];
}
