import express from 'express';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import { listen } from './http-server.ts';
import { newId } from './ids.ts';
import { Lifecycle } from './lifecycle.ts';
import { createLogger } from './log.ts';
import { publishRevocations } from './publish-revocations.ts';
import { remoteRevocations } from './remote-revocations.ts';
import { Revocations } from './revocations.ts';
import { freePort } from './testing/script.ts';

const log = createLogger('test', 'silent');
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A `users` that knows of revocations what is in `revoked`, and how often it was asked. */
async function startUsers() {
  const revoked = { sessions: [] as string[], users: [] as string[], isDown: false };
  const asked: { known: unknown; status: number | undefined }[] = [];
  const lifecycle = new Lifecycle(log);
  const read = () =>
    revoked.isDown ? Promise.reject(new Error('no database')) : Promise.resolve({ ...revoked });
  const known = new Revocations(read, log);
  const app = express();
  app.use((request, response, next) => {
    const question = { known: request.query['known'], status: undefined as number | undefined };
    asked.push(question);
    response.once('close', () => (question.status = response.statusCode));
    next();
  });
  const answerAll = publishRevocations(app, { known, read }, lifecycle);
  const PORT = await freePort();
  await listen(app, { HOST: '127.0.0.1', PORT }, lifecycle);
  lifecycle.onClose('questions', () => {
    answerAll();
    return Promise.resolve();
  });
  closing.push(
    () => lifecycle.close(),
    () => known.stop(),
  );
  return { revoked, asked, lifecycle, url: `http://127.0.0.1:${PORT}/.well-known/jwks.json` };
}

function follow(url: string): Revocations {
  const revocations = remoteRevocations(url, log);
  closing.push(() => revocations.stop());
  return revocations;
}

const someone = () => ({ id: newId(), sessionId: newId() });

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}

describe('whoever asks users for revoked tokens', () => {
  it('waits there while there are none that they do not know, and is told of the next one', async () => {
    const { revoked, asked, url } = await startUsers();
    const revocations = follow(url);
    await until(() => asked.at(-1)?.known !== undefined);
    const questions = asked.length;
    const bearer = someone();
    const heard = new Promise<void>((resolve) => void revocations.whenRevoked(bearer, resolve));
    revoked.sessions = [bearer.sessionId];
    await heard;
    // It was told in the answer to the question that waited.
    expect(asked.slice(questions).every(({ status }) => status === undefined)).toBe(true);
    expect(asked[questions - 1]?.status).toBe(200);
  });

  it('keeps no process from its end', async () => {
    const { asked, lifecycle, url } = await startUsers();
    follow(url);
    await until(() => asked.at(-1)?.known !== undefined);
    await lifecycle.close();
    expect(asked.every(({ status }) => status === 200)).toBe(true);
  });

  it('is told at once when users cannot read its own database', async () => {
    const { revoked, asked, url } = await startUsers();
    follow(url);
    await until(() => asked.at(-1)?.known !== undefined);
    const question = asked.at(-1);
    revoked.isDown = true;
    await until(() => question?.status !== undefined);
    await until(() => asked.at(-1)?.status === 500);
  });
});

describe('a users', () => {
  /** Answers each question by the next one of these, and the last one for ever. */
  async function answering(...answers: RequestListener[]) {
    const urls: string[] = [];
    const server = createServer((request, response) => {
      urls.push(request.url ?? '');
      const answer = answers[Math.min(urls.length, answers.length) - 1];
      answer?.(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    closing.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return { urls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/.well-known/jwks.json` };
  }
  const told = (more: object) => JSON.stringify({ sessions: [], users: [], ...more });

  it('that falls silent while a question waits is asked anew', async () => {
    const { urls, url } = await answering(
      (_request, response) => response.end(told({ version: 'one' })),
      (_request, response) => response.write(' '),
      (_request, response) => response.end(told({ version: 'two' })),
      (_request, response) => response.end(told({ version: 'three', sessions: [bearer.sessionId] })),
    );
    const bearer = someone();
    const revocations = follow(url);
    await new Promise<void>((resolve) => void revocations.whenRevoked(bearer, resolve));
    const knows = urls.map((text) => new URL(text, url).searchParams.get('known'));
    // For a while no question waits any more.
    expect(knows.slice(0, 4)).toEqual([null, 'one', null, null]);
  });

  it('of the release before, which knows no versions, is asked again and again', async () => {
    const { urls, url } = await answering((_request, response) => response.end(told({})));
    follow(url);
    await until(() => urls.length >= 3);
    expect(urls.join()).not.toContain('known=');
  });
});
