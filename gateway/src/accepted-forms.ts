import type { RequestHandler } from 'express';
import { LRUCache } from 'lru-cache';
import Negotiator from 'negotiator';
import { requestFault } from './faults.ts';

const [json, graphqlJson, eventStream] = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
  'text/event-stream; charset=utf-8',
];

export interface AcceptedForms {
  /** The content type in which the client prefers an answer, if it accepts any of ours. */
  readonly json: string | undefined;
  readonly eventStream: boolean;
}

/** Nearly all requests send one of a few Accept headers, and parsing one costs as much as authentication, so results are kept. Longer headers are not. */
const understood = new LRUCache<string, AcceptedForms>({ max: 100 });
const longestKept = 200;

/** What a client accepts (RFC 9110, section 12.5.1); everything when it says nothing about it. */
export function acceptedForms(accept: string | undefined): AcceptedForms {
  const header = accept?.trim() || '*/*';
  const before = understood.get(header);
  if (before !== undefined) return before;
  const negotiator = new Negotiator({ headers: { accept: header } });
  const forms: AcceptedForms = {
    json: negotiator.mediaType([json, graphqlJson]),
    // Whoever names the media type means it with any charset.
    eventStream: negotiator.mediaTypes([eventStream, 'text/event-stream']).length > 0,
  };
  if (header.length <= longestKept) understood.set(header, forms);
  return forms;
}

/** The content type of an error, whatever the form of the answer would have been. */
export const formOfErrors = (accept: string | undefined): string => acceptedForms(accept).json ?? json;

/**
 * Refuses a client that accepts none of our forms, before anything is done whose result it could not read.
 */
export const negotiate: RequestHandler = (request, response, next) => {
  const accepted = acceptedForms(request.headers.accept);
  response.vary('accept');
  if (accepted.json === undefined && !accepted.eventStream) {
    const forms = 'application/graphql-response+json, application/json or text/event-stream';
    throw requestFault('BAD_USER_INPUT', `Answers come as ${forms}; Accept takes none of them.`, {
      status: 406,
    });
  }
  next();
};
