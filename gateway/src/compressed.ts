import { constants } from 'node:zlib';
import compression from 'compression';

/** Below that, the headers are most of an answer. In bytes. */
const threshold = 1_024;

/**
 * Compresses answers, for those who accept it. zlib does so beside the event loop, a part at a time. An event stream is left
 * alone: its events have to leave when they happen.
 */
export const compressed = compression({
  threshold,
  level: 1,
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } },
  filter: (_request, response) => String(response.getHeader('content-type')).includes('json'),
});
