import { isUtf8 } from 'node:buffer';
import express from 'express';
import type { RequestHandler } from 'express';
import { requestFault } from './faults.ts';

/** A page of another origin can send these without the browser's permission. Apollo Server refuses them, and says why. */
const formTypes = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data'];

const unsupported = (message: string) => requestFault('BAD_USER_INPUT', message, { status: 415 });

const jsonOnly: RequestHandler = (request, _response, next) => {
  const type = request.get('content-type');
  if (request.method === 'POST' && type !== undefined && !request.is(['application/json', ...formTypes])) {
    // `is` also returns null if there is no body, which is another mistake.
    if (request.is('*/*') !== null) throw unsupported('The body of a request must be application/json.');
  }
  next();
};

/** Reads the body as JSON, which is UTF-8 (RFC 8259). Bytes in another encoding would silently become other characters. */
export const requestBody = (maxBytes: number): RequestHandler[] => [
  jsonOnly,
  express.json({
    limit: maxBytes,
    verify: (_request, _response, body, encoding) => {
      if (encoding !== 'utf-8') throw unsupported('The body of a request must be UTF-8.');
      if (!isUtf8(body)) throw requestFault('BAD_USER_INPUT', 'The body of the request is not UTF-8.');
    },
  }),
];
