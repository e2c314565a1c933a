import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Mailbox, type Mail } from './mailbox.ts';
import { startReceivers } from './server.ts';

let folder: string;
let mailbox: Mailbox;
let server: Server;
let url: string;

/** A mail by somebody who wants to see what a page does with it. */
const raw = [
  'From: Frontrow <tickets@frontrow.test>',
  'To: minji@example.com',
  'Subject: <script>alert(1)</script>',
  'Message-ID: <1@frontrow.test>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Your link: https://frontrow.test/reset-password#token',
  '<img src=x onerror=alert(1)>',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p onclick="alert(1)">Hello</p><script>alert(1)</script>',
  '--b--',
  '',
].join('\r\n');

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'frontrow-mailbox-'));
  const kept = { at: '2026-11-27T08:00:00.000Z', to: ['minji@example.com'] };
  const file = join(folder, 'mails.jsonl');
  await writeFile(file, `${JSON.stringify({ ...kept, raw: Buffer.from(raw).toString('base64') })}\n{"half`);
  mailbox = new Mailbox(file);
  await mailbox.listen(0);
  server = await startReceivers({
    port: 0,
    folder,
    secrets: { 'data-platform': 'one', slack: 'two' },
    mailbox,
  });
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await mailbox.close();
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
  await rm(folder, { recursive: true });
});

/** Sends these lines to the mail server, and returns its answers. */
async function say(...lines: string[]): Promise<string> {
  const socket = connect(mailbox.port, '127.0.0.1');
  const heard = text(socket);
  for (const line of lines) {
    await once(socket, 'data');
    socket.write(`${line}\r\n`);
  }
  return heard;
}

const json = async (path: string) => (await (await fetch(url + path)).json()) as Mail[];

describe('the mailbox', () => {
  it('has the mails from before and new ones, by recipient', async () => {
    const hello = ['HELO me', 'MAIL FROM:<a@frontrow.test>', 'RCPT TO:<Haneul@example.com>', 'DATA'];
    await say(...hello, 'Subject: =?utf-8?B?7ZWY64qY?=\r\n\r\nHello.\r\n.', 'QUIT');
    expect((await json('/mails.json')).map(({ to, subject }) => [to, subject])).toEqual([
      [['haneul@example.com'], '하늘'],
      [['minji@example.com'], '<script>alert(1)</script>'],
    ]);
    expect(await json('/mails.json?to=minji@example.com')).toMatchObject([
      { number: 1, messageId: '<1@frontrow.test>', text: expect.stringContaining('#token') },
    ]);
  });

  it('knows addresses that cannot be reached', async () => {
    const to = (name: string) =>
      say('HELO me', 'MAIL FROM:<a@frontrow.test>', `RCPT TO:<${name}@example.com>`, 'QUIT');
    expect(await to('refused')).toContain('550');
    expect(await to('later')).toContain('451');
  });

  it('shows mails without running anything in them', async () => {
    const list = await (await fetch(`${url}/mails`)).text();
    expect(list).toContain('&lt;script&gt;');
    const page = await fetch(`${url}/mails/1`);
    const shown = await page.text();
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(shown).toContain('<a href="https://frontrow.test/reset-password#token"');
    for (const html of [list, shown]) expect(html).not.toMatch(/<script|<img|onclick/);
    const asHtml = await fetch(`${url}/mails/1.html`);
    expect(asHtml.headers.get('content-security-policy')).toMatch(/^sandbox [^;]*; default-src 'none'/);
    expect(asHtml.headers.get('content-security-policy')).not.toContain('allow-scripts');
    expect((await fetch(`${url}/mails/2`)).status).toBe(404);
  });
});
