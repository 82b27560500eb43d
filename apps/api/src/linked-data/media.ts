import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { negotiated } from '../negotiation.js';
import type { LinkedAnswer } from './catalogue-file.query.js';
import { FORMATS, type LinkedFormat } from './linked-file.js';

/** What the plain addresses of catalogue and data sets answer with. */
const OFFERED = { json: 'application/json', jsonld: FORMATS.jsonld.type, ttl: 'text/turtle' } as const;

/** The graph that an `Accept` header likes best; undefined: plain JSON. @throws Failure `media.notAcceptable` */
export const acceptedFormat = (accept: string | undefined): LinkedFormat | undefined => {
  const format = negotiated(accept, OFFERED);
  return format === 'json' ? undefined : format;
};

const SUFFIX = /\.(ttl|jsonld)$/;

/** A name in an address and the format that its suffix asks for. The suffix goes before the `Accept` header. */
export const suffixed = (name: string): { readonly name: string; readonly format?: LinkedFormat } => {
  const format = SUFFIX.exec(name)?.[1] as LinkedFormat | undefined;
  return format === undefined ? { name } : { name: name.replace(SUFFIX, ''), format };
};

export const isKnownTo =
  (request: FastifyRequest) =>
  (tag: string): boolean =>
    request.headers['if-none-match']?.split(',').some((known) => known.trim() === tag) ?? false;

/** Answers with the file, whole and with its digest, or that the reader has it already. */
export function sendLinked(reply: FastifyReply, format: LinkedFormat, { tag, file }: LinkedAnswer): Buffer | undefined {
  reply.header('cache-control', 'no-cache').header('vary', 'accept').header('etag', tag);
  if (file === undefined) {
    reply.code(304);
    return undefined;
  }
  reply
    .type(FORMATS[format].type)
    .header('content-length', file.length)
    .header('repr-digest', `sha-256=:${createHash('sha256').update(file).digest('base64')}:`);
  return file;
}
