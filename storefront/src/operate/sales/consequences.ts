import type { RoomSettingsFragment } from '../operations.generated.ts';

export type Room = Omit<RoomSettingsFragment, '__typename'>;
export type Settings = Pick<
  Room,
  'status' | 'maxActive' | 'admitPerSecond' | 'admissionSeconds' | 'challenge'
>;

/** A consequence of a change, for the text of this name in `room.then`. Waits are in seconds. */
export type Consequence =
  | { readonly then: 'opens' | 'pauses' | 'closes'; readonly waiting: number; readonly active: number }
  | { readonly then: 'rate'; readonly before: number; readonly after: number }
  | { readonly then: 'rateOfNobody'; readonly rate: number }
  | { readonly then: 'grows'; readonly more: number }
  | { readonly then: 'shrinks'; readonly over: number }
  | { readonly then: 'fits'; readonly free: number }
  | { readonly then: 'lasts'; readonly seconds: number; readonly active: number }
  | { readonly then: 'asks' | 'asksNoMore' };

/** Only settings that differ from the room's are sent, so that another operator's changes are kept. */
export function changesOf(room: Room, wanted: Settings): Partial<Settings> {
  const names = ['status', 'maxActive', 'admitPerSecond', 'admissionSeconds', 'challenge'] as const;
  return Object.fromEntries(
    names.filter((name) => room[name] !== wanted[name]).map((name) => [name, wanted[name]]),
  );
}

/** What a change would do to the fans who are there now. It is shown before the change is made. */
export function consequencesOf(room: Room, wanted: Settings): Consequence[] {
  const { waiting, active } = room;
  const changes = changesOf(room, wanted);
  const found: Consequence[] = [];
  if (changes.status !== undefined) {
    const then = ({ OPEN: 'opens', PAUSED: 'pauses', CLOSED: 'closes' } as const)[changes.status];
    found.push({ then, waiting, active });
  }
  if (changes.admitPerSecond !== undefined) {
    const [before, after] = [waiting / room.admitPerSecond, waiting / changes.admitPerSecond];
    found.push(
      waiting === 0
        ? { then: 'rateOfNobody', rate: changes.admitPerSecond }
        : { then: 'rate', before, after },
    );
  }
  if (changes.maxActive !== undefined) {
    const free = changes.maxActive - active;
    if (changes.maxActive > room.maxActive)
      found.push({ then: 'grows', more: changes.maxActive - room.maxActive });
    else found.push(free < 0 ? { then: 'shrinks', over: -free } : { then: 'fits', free });
  }
  if (changes.admissionSeconds !== undefined)
    found.push({ then: 'lasts', seconds: changes.admissionSeconds, active });
  if (changes.challenge !== undefined) found.push({ then: changes.challenge ? 'asks' : 'asksNoMore' });
  return found;
}
