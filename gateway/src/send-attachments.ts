import type { RequestHandler, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AttachmentStore, Filled } from './attachments.ts';

/** How long a client may take to read an answer with a long list, in ms, because the list stays in memory meanwhile. */
const longestMs = 60_000;

/**
 * Sends answers with their attachments, as fast as the client reads. Clients that accept gzip get it even if they prefer another
 * encoding, because the lists are compressed already, and another encoding would have to be made anew for each client.
 */
export const sendAttachments =
  (attachments: AttachmentStore): RequestHandler =>
  (request, response, next) => {
    const send = response.send.bind(response);
    response.send = (body: unknown) => {
      if (typeof body !== 'string') return send(body);
      const isGzipped = request.acceptsEncodings('gzip', 'identity') === 'gzip';
      const filling = isGzipped ? attachments.fillGzipped(body) : attachments.fill(body);
      if (filling === undefined) return send(body);
      filling
        .then((filled) => {
          if (isGzipped) response.set('content-encoding', 'gzip');
          return sendPieces(response, filled);
        })
        .catch(next);
      return response;
    };
    next();
  };

async function sendPieces(response: Response, filled: Filled): Promise<void> {
  response.removeHeader('content-length');
  const timer = setTimeout(() => response.destroy(), longestMs);
  try {
    await pipeline(Readable.from(filled.pieces, { objectMode: true }), response);
  } catch {
    // The client has gone, or was too slow.
    response.destroy();
  } finally {
    clearTimeout(timer);
    filled.release();
  }
}
