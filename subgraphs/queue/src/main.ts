import { Arrivals } from '@frontrow/events/arrivals';
import { startDelivery } from '@frontrow/events/delivery';
import { openService, serve } from '@frontrow/events/service';
import { run } from '@frontrow/kit/lifecycle';
import { startKeepingGauges } from '@frontrow/kit/minutes';
import { readSettings } from '@frontrow/kit/settings';
import { openSigningKeys } from '@frontrow/kit/signing-keys';
import { passKeys } from './admission-pass.ts';
import { createChallenges } from './challenges.ts';
import { createContext, createProcessContext } from './context.ts';
import { waveGapMs } from './domain/room.ts';
import { handlers } from './handlers.ts';
import { startMovingLines } from './start-moving-lines.ts';
import { startPositions } from './positions/start-positions.ts';
import { measureRooms } from './measure-rooms.ts';
import { resolvers, typeDefs } from './schema.ts';
import { queueSettings } from './settings.ts';
import { entities } from './storage/entities.ts';
import { migrations } from './storage/migrations.ts';
import { retention } from './storage/retention.ts';
import { keepRoomMinutes } from './storage/room-minutes.ts';
import { findArrived } from './storage/rooms.ts';

run(async () => {
  const settings = readSettings(queueSettings);
  const service = await openService('queue', settings, { entities, migrations });
  if (service === undefined) return; // MIGRATIONS=only: the migrations have run, and nothing is served
  const { database, outbox, lifecycle, log, metrics } = service;
  if (metrics) measureRooms(database.manager, metrics);
  const arrivals = new Arrivals({ ...service, find: (ids) => findArrived(database.manager, ids) });
  // Places that come free are filled in waves, too.
  const delivery = await startDelivery({
    ...service,
    handlers: arrivals.hearing(handlers),
    gapMs: waveGapMs,
    retention,
  });
  const positions = await startPositions(outbox, delivery.broker, log);
  lifecycle.onClose('positions', () => positions.stop());
  const lines = startMovingLines(positions.lineDeps, log, settings.GRACE_AFTER_OUTAGE_SECONDS * 1_000);
  lifecycle.onClose('lines', () => lines.stop());
  const minutes = startKeepingGauges('keeping what rooms are like', log, (kept, now) =>
    keepRoomMinutes(database.manager, kept, now),
  );
  lifecycle.onClose('minutes', () => minutes.stop());
  const signing = await openSigningKeys(database, passKeys);
  const challenges = createChallenges(settings.GATEWAY_SECRET, settings.CHALLENGE_DIFFICULTY);
  const processContext = createProcessContext({ positions, arrivals, challenges, passKeys: signing }, () => {
    lines.wake();
  });
  await serve(service, delivery, {
    typeDefs,
    resolvers,
    contextFor: (viewer) => createContext(processContext, viewer),
    jwks: () => signing.jwks(),
  });
});
