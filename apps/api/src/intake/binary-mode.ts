import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from '#kernel';
import { refuse } from '../problems/failures.js';
import type { Attributes } from './envelope.js';

/** True when the attributes travel as headers (CloudEvents HTTP binding 1.0.2, section 3.1). */
export const isBinaryMode = (headers: IncomingHttpHeaders): boolean =>
  Object.keys(headers).some((name) => name.startsWith('ce-'));

/**
 * Attributes of an event in binary mode. Values are percent-decoded (section 3.1.3.2); the text of `ce-time` stays as it is. The
 * content type of the body is the attribute `datacontenttype`, so a header of that name is one attribute said twice.
 */
export function binaryEvent(headers: IncomingHttpHeaders, data: Json): Attributes {
  const event: Record<string, Json> = { datacontenttype: headers['content-type'] ?? '' };
  for (const [header, value] of Object.entries(headers)) {
    if (!header.startsWith('ce-')) continue;
    const name = header.slice('ce-'.length);
    if (name === 'datacontenttype' || name === 'data') {
      throw refuse('request.malformed', { params: { reason: `${header} is not a header of binary mode` } });
    }
    event[name === '__proto__' ? 'proto' : name] = decoded(
      header,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    );
  }
  event.data = data;
  return event;
}

function decoded(header: string, value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    throw refuse('request.malformed', { params: { reason: `${header} is not percent-encoded UTF-8` } });
  }
}
