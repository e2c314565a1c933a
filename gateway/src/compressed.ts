import { constants } from 'node:zlib';
import compression from 'compression';

/** Smaller answers, in bytes, are not compressed, because most of them is headers. */
const threshold = 1_024;

/**
 * Compresses answers for clients that accept it. zlib works beside the event loop, a part at a time. Event streams are
 * not compressed, because their events must be sent at once.
 */
export const compressed = compression({
  threshold,
  level: 1,
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
  filter: (_request, response) => String(response.getHeader('content-type')).includes('json'),
});
