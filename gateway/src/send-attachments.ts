import type { RequestHandler, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AttachmentStore, Filled } from './attachments.ts';

/** How long a client may take to read an answer with a long list, in ms: it keeps the list in memory. */
const longestMs = 60_000;

/**
 * Sends answers with what is attached to them, as fast as the client reads. For who accepts gzip that is compressed already,
 * whatever they like better: zlib would have to compress it for each of them anew.
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
