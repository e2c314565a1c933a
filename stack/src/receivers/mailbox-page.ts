import type { ServerResponse } from 'node:http';
import type { Mail, Mailbox } from './mailbox.ts';

/**
 * Whatever a mail contains, nothing in it is run or loaded: the page has no script, and the mail's HTML is shown in a sandbox.
 */
const policies = {
  page: "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'",
  html: "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'",
};

/**
 * Pages for people: `GET /mails` lists the mails, `/mails/7` shows one, `/mails/7.html` shows its HTML, `/mails.json` has all of
 * them. With `?to=fan@example.com`, only those to one address.
 * @returns whether the request was for one of these
 */
export async function showMails(mailbox: Mailbox, url: URL, response: ServerResponse): Promise<boolean> {
  const [, number, html] = /^\/mails\/(\d+)(\.html)?$/.exec(url.pathname) ?? [];
  if (number !== undefined) {
    const mail = await mailbox.mail(Number(number));
    if (mail === undefined) send(response, 404, 'text/plain', 'There is no such mail.');
    else if (html !== undefined) send(response, 200, 'text/html', mail.html, policies.html);
    else send(response, 200, 'text/html', page(mail.subject, one(mail)), policies.page);
    return true;
  }
  const isJson = url.pathname === '/mails.json';
  if (!isJson && url.pathname !== '/mails') return false;
  const mails = await mailbox.mails(url.searchParams.get('to') ?? undefined);
  if (isJson) send(response, 200, 'application/json', JSON.stringify(mails));
  else send(response, 200, 'text/html', page('Mails', list(mails)), policies.page);
  return true;
}

function send(response: ServerResponse, status: number, type: string, body: string, policy?: string): void {
  response
    .writeHead(status, {
      'content-type': `${type}; charset=utf-8`,
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      ...(policy !== undefined && { 'content-security-policy': policy }),
    })
    .end(body);
}

const page = (title: string, content: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>
  :root { color-scheme: light dark } body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  table { border-collapse: collapse; width: 100% } td { padding: .5rem .75rem .5rem 0; border-top: 1px solid #8886; vertical-align: top }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; font: inherit } iframe { width: 100%; height: 34rem; border: 1px solid #8886 }
</style></head><body>${content}</body></html>`;

const list = (mails: readonly Mail[]) =>
  `<h1>Mails</h1><p>${mails.length === 0 ? 'None so far. ' : ''}Nothing here leaves this machine.</p><table>` +
  mails
    .map(
      ({ number, at, to, subject }) =>
        `<tr><td>${escaped(at.slice(0, 19).replace('T', ' '))}</td><td>${escaped(to.join(', '))}</td>` +
        `<td><a href="/mails/${String(number)}">${escaped(subject)}</a></td></tr>`,
    )
    .join('') +
  '</table>';

const one = ({ number, at, from, to, subject, text, attachments }: Mail) =>
  `<p><a href="/mails">All mails</a></p><h1>${escaped(subject)}</h1>` +
  `<p>${escaped(from)} to ${escaped(to.join(', '))}, ${escaped(at)}</p><pre>${linked(text)}</pre>` +
  attachments
    .map(({ filename, content }) => `<h2>${escaped(filename)}</h2><pre>${escaped(content)}</pre>`)
    .join('') +
  `<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" src="/mails/${String(number)}.html" title="As HTML"></iframe>`;

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Turns addresses of pages into links; everything else stays text. */
const linked = (text: string) =>
  text
    .split(/(https?:\/\/[^\s<>"]+)/)
    .map((part, i) => {
      const shown = escaped(part);
      return i % 2 === 0
        ? shown
        : `<a href="${shown}" rel="noreferrer noopener" target="_blank">${shown}</a>`;
    })
    .join('');
