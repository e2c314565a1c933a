import { randomUUID } from 'node:crypto';
import { Door, NotAllowed } from './door.ts';
import type { Answer, DoorApi, ListPage } from './door.ts';
import type { Change, DoorStore, Kept, Known, PendingScan } from './door-store.ts';
import { aTicketOffice, shortOf } from './testing.ts';

const office = aTicketOffice();
const scheduleId = randomUUID();
const setup = {
  ...{ scheduleId, title: 'The concert', startsAt: '2026-12-01T10:00:00.000Z' },
  ...{ door: 'North', userId: randomUUID() },
};
const emptyPage: ListPage = {
  ...{ changes: [], cursor: 'c', hasMore: false, asOf: 1, entriesFrom: null },
  ...{ tickets: 10, admitted: 0, conflicts: [] },
};

/** A server that can be switched off, and remembers what it was sent. */
class Server implements DoorApi {
  isUp = true;
  isAllowed = true;
  pages: ListPage[] = [];
  start: string | undefined = setup.startsAt;
  readonly asked: (string | null)[] = [];
  readonly admitted = new Map<string, PendingScan>();
  readonly #check = () => {
    if (!this.isAllowed) throw new NotAllowed();
    if (!this.isUp) throw new Error('there is no network');
  };
  keys = () =>
    Promise.resolve()
      .then(this.#check)
      .then(() => [office.key]);
  startsAt = async () => {
    await Promise.resolve().then(this.#check);
    if (this.start === undefined) throw new Error('the service of concerts is down');
    return this.start;
  };
  list = async (_: string, after: string | null) => {
    await Promise.resolve().then(this.#check);
    this.asked.push(after);
    return this.pages.shift() ?? emptyPage;
  };
  admit = async (scan: PendingScan): Promise<Answer> => {
    await Promise.resolve().then(this.#check);
    const first = this.admitted.get(scan.code);
    const { door, at } = first ?? scan;
    this.admitted.set(scan.code, first ?? scan);
    const is = first === undefined ? 'ADMITTED' : 'ALREADY';
    return { is, seat: 'A-1-1', door, at: Date.parse(at) };
  };
  sync = async (_: string, scans: readonly PendingScan[]) => {
    await Promise.resolve().then(this.#check);
    for (const scan of scans) if (!this.admitted.has(scan.code)) this.admitted.set(scan.code, scan);
    return scans.map(({ clientId }) => clientId);
  };
}

/** What survives a reload of the page. */
class Disk implements DoorStore {
  known: Known | undefined;
  readonly changes = new Map<string, Change>();
  readonly pending = new Map<string, PendingScan>();
  load = (): Promise<Kept> =>
    Promise.resolve({ known: this.known, changes: [...this.changes], pending: [...this.pending.values()] });
  keepKnown = async (known: Known) => {
    await Promise.resolve();
    this.known = known;
  };
  keepChanges = async (changes: Kept['changes']) => {
    await Promise.resolve();
    for (const [ticket, change] of changes) this.changes.set(ticket, change);
  };
  addPending = async (scan: PendingScan, ticket: string, change: Change) => {
    await Promise.resolve();
    this.pending.set(scan.clientId, scan);
    this.changes.set(ticket, change);
  };
  removePending = async (ids: readonly string[]) => {
    await Promise.resolve();
    for (const id of ids) this.pending.delete(id);
  };
  forgetShow = async () => {
    await Promise.resolve();
    this.known = undefined;
    this.changes.clear();
  };
}

const now = Date.parse('2026-12-01T09:00:00.000Z');
async function aDoor({ server = new Server(), disk = new Disk() } = {}) {
  const open = () => Door.open({ api: server, store: disk, now: () => now, patience: 1_000 });
  const door = await open();
  await door.setUp(setup);
  return { door, server, disk, open };
}
const aCode = (ticketId: string = randomUUID(), show = scheduleId) => office.codeOf(ticketId, show);

describe('a door with a network', () => {
  it('admits once when the server says so, and the second time says when and at which door it entered', async () => {
    const { door } = await aDoor();
    const code = aCode();
    expect(await door.scan(code)).toEqual({ is: 'YES', seat: 'A-1-1', isOffline: false });
    expect(await door.scan(code)).toEqual({ is: 'ALREADY', door: 'North', at: now });
    expect(door.state).toMatchObject({ here: 1, admitted: 1, pending: 0, isOnline: true });
  });

  it('refuses by itself what is not a code, and a ticket of another show', async () => {
    const { door, server } = await aDoor();
    expect(await door.scan('HELLO')).toEqual({ is: 'UNKNOWN' });
    expect(await door.scan(aCode(undefined, randomUUID()))).toEqual({ is: 'OTHER_SHOW' });
    expect(server.admitted.size).toBe(0);
  });

  it('admits nobody on the word of somebody who is no longer staff', async () => {
    const { door, server } = await aDoor();
    server.isAllowed = false;
    expect(await door.scan(aCode())).toEqual({ is: 'NOT_ALLOWED' });
    expect(door.state).toMatchObject({ isAllowed: false, pending: 0 });
  });

  it('can be set up again as soon as whoever holds it is staff again', async () => {
    const { door, server } = await aDoor();
    server.isAllowed = false;
    await door.scan(aCode());
    await expect(door.setUp(setup)).rejects.toThrow(NotAllowed);
    expect(door.state.isAllowed).toBe(false);
    server.isAllowed = true;
    await door.setUp(setup);
    expect(door.state).toMatchObject({ isAllowed: true, setup });
    expect(await door.scan(aCode())).toMatchObject({ is: 'YES' });
  });

  it('is not set up, and says so, if the list of the show cannot be loaded', async () => {
    const { door, server, open } = await aDoor();
    server.list = () => Promise.reject(new Error('the network went away'));
    await expect(door.setUp(setup)).rejects.toThrow('the network went away');
    expect(door.state).toMatchObject({ setup: undefined, isOnline: false });
    expect((await open()).state.setup).toBeUndefined();
  });

  it('loads the list page by page, and then what is new', async () => {
    const server = new Server();
    server.pages = [
      { ...emptyPage, cursor: 'a', hasMore: true },
      { ...emptyPage, cursor: 'b' },
    ];
    const { door } = await aDoor({ server });
    await door.lookAgain();
    expect(server.asked).toEqual([null, 'a', 'b']);
  });
});

describe('a door without a network', () => {
  it('admits a ticket once, tells the server later, and survives a reload in between', async () => {
    const { door, server, disk, open } = await aDoor();
    server.isUp = false;
    const code = aCode();
    expect(await door.scan(code)).toEqual({ is: 'YES', seat: undefined, isOffline: true });
    expect(await door.scan(code)).toEqual({ is: 'ALREADY', door: 'North', at: now });
    const reloaded = await open();
    expect(reloaded.state).toMatchObject({ pending: 1, here: 1, setup });
    expect(await reloaded.scan(code)).toEqual({ is: 'ALREADY', door: 'North', at: now });
    server.isUp = true;
    await reloaded.lookAgain();
    expect([...server.admitted.keys()]).toEqual([code]);
    expect(disk.pending.size).toBe(0);
    expect(reloaded.state).toMatchObject({ pending: 0, isOnline: true });
  });

  it('refuses tickets that have entered, forged ones, and everybody as long as there is no list', async () => {
    const [inside, voided] = [randomUUID(), randomUUID()];
    const server = new Server();
    server.pages = [
      {
        ...emptyPage,
        changes: [
          [shortOf(inside), { door: 'South', at: 5_000 }],
          [shortOf(voided), { door: null, at: 6_000 }],
        ],
      },
    ];
    const { door } = await aDoor({ server });
    server.isUp = false;
    expect(await door.scan(aCode(inside))).toEqual({ is: 'ALREADY', door: 'South', at: 5_000 });
    expect(await door.scan(aCode(voided))).toEqual({ is: 'VOID' });
    expect(await door.scan(aTicketOffice().codeOf(randomUUID(), scheduleId))).toEqual({ is: 'UNKNOWN' });
    const other = await Door.open({ api: server, store: new Disk(), now: () => now });
    await expect(other.setUp(setup)).rejects.toThrow();
    expect(await other.scan(aCode())).toEqual({ is: 'NO_LIST' });
  });

  it('admits a ticket again that entered before the show was moved, as soon as it has heard of that, and once', async () => {
    const inside = randomUUID();
    const entered: ListPage = { ...emptyPage, changes: [[shortOf(inside), { door: 'North', at: now - 1 }]] };
    const server = new Server();
    server.pages = [entered, { ...emptyPage, entriesFrom: now }];
    const { door, open } = await aDoor({ server });
    server.isUp = false;
    expect(await door.scan(aCode(inside))).toEqual({ is: 'ALREADY', door: 'North', at: now - 1 });
    server.isUp = true;
    await door.lookAgain();
    expect(door.state.here).toBe(0);
    server.isUp = false;
    const reloaded = await open();
    expect(await reloaded.scan(aCode(inside))).toMatchObject({ is: 'YES', isOffline: true });
    expect(await reloaded.scan(aCode(inside))).toEqual({ is: 'ALREADY', door: 'North', at: now });
  });

  it('shows when the show starts now, also after a reload, and goes on when nobody says so', async () => {
    const { door, server, open } = await aDoor();
    server.start = '2026-12-02T10:00:00.000Z';
    await door.lookAgain();
    expect(door.state.setup).toEqual({ ...setup, startsAt: server.start });
    server.start = undefined;
    server.pages = [{ ...emptyPage, admitted: 7 }];
    await door.lookAgain();
    expect(door.state).toMatchObject({ isOnline: true, isAllowed: true, admitted: 7 });
    expect((await open()).state.setup).toEqual({ ...setup, startsAt: '2026-12-02T10:00:00.000Z' });
  });

  it('sends the scan with the id of the request that failed, because the request may have arrived', async () => {
    const { door, server, disk } = await aDoor();
    const asked: PendingScan[] = [];
    server.admit = (scan) => {
      asked.push(scan);
      return Promise.reject(new Error('the answer was lost'));
    };
    await door.scan(aCode());
    expect([...disk.pending.values()]).toEqual(asked);
  });
});
