import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { refuse } from '../problems/failures.js';
import { type Addresses, addressesBelow } from './addresses.js';
import type { LinkedAnswer } from './catalogue-file.query.js';
import { FORMATS, type LinkedFormat } from './linked-file.js';

const MEDIA: Readonly<Record<string, LinkedFormat | 'json'>> = {
  'application/json': 'json',
  'application/ld+json': 'jsonld',
  'text/turtle': 'ttl',
};

/** The format that an `Accept` header (RFC 9110, section 12.5.1) likes best; undefined: plain JSON, also where nothing fits. */
export const acceptedFormat = (accept = ''): LinkedFormat | undefined => {
  let best: { readonly format: LinkedFormat | 'json'; readonly weight: number } = { format: 'json', weight: 0 };
  for (const range of accept.toLowerCase().split(',')) {
    const [type = '', ...parameters] = range.split(';').map((part) => part.trim());
    const format = MEDIA[type];
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    const weight = quality === undefined ? 1 : Number(quality.slice('q='.length));
    if (format !== undefined && weight > best.weight) best = { format, weight };
  }
  return best.format === 'json' ? undefined : best.format;
};

const SUFFIX = /\.(ttl|jsonld)$/;

/** A name in an address and the format that its suffix asks for. The suffix goes before the `Accept` header. */
export const suffixed = (name: string): { readonly name: string; readonly format?: LinkedFormat } => {
  const format = SUFFIX.exec(name)?.[1] as LinkedFormat | undefined;
  return format === undefined ? { name } : { name: name.replace(SUFFIX, ''), format };
};

const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** Addresses below the host that was asked: what stands in the file can be asked for there. */
export const addressesFor = ({ protocol, host }: FastifyRequest): Addresses => {
  if (!HOST.test(host)) throw refuse('request.malformed', { params: { reason: 'the host is no name and no address' } });
  return addressesBelow(`${protocol}://${host}`);
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
