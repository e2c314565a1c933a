// The least that a service can be: it answers after as many ms as it is asked to. Run by tests as a process of its own.
import express from 'express';
import { EventEmitter } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { addHealthRoutes, listen } from '../http-server.ts';
import { Lifecycle, run } from '../lifecycle.ts';
import { createLogger } from '../log.ts';
import { processSettings, readSettings } from '../settings.ts';

run(async () => {
  const settings = readSettings({ ...processSettings, DRAIN_MS: z.coerce.number().optional() });
  const log = createLogger('tiny', settings.LOG_LEVEL);
  const lifecycle = new Lifecycle(log, settings.DRAIN_MS === undefined ? {} : { drainMs: settings.DRAIN_MS });
  let closedBefore = 'nothing';
  lifecycle.onClose('database', () => {
    log.info(`closed the database after ${closedBefore}`);
    return Promise.resolve();
  });
  lifecycle.onClose('something broken', () => {
    closedBefore = 'something broken';
    throw new Error('it would not close');
  });
  const app = express();
  addHealthRoutes(app, lifecycle, {});
  app.get('/after/:ms', async (request, response) => {
    log.info('began');
    await pause(Number(request.params.ms));
    response.send('finished');
  });
  app.get('/begun/:ms', async (request, response) => {
    response.flushHeaders();
    await pause(Number(request.params.ms));
    response.end('finished');
  });
  app.get('/mistakes/:where/:ms', async (request, response) => {
    log.info('began');
    await pause(Number(request.params.ms));
    // Twice, as a broken part would.
    for (const nth of ['first', 'second']) {
      const error = new Error(`the ${nth} mistake`);
      if (request.params.where === 'promise') void Promise.reject(error);
      else setImmediate(() => new EventEmitter().emit('error', error));
    }
    response.send('made');
  });
  await listen(app, settings, lifecycle);
  log.info('listening');
});
