import type { IncomingHttpHeaders } from 'node:http';
import { addDays, instantMicros, instantText, isDay, isInstant, type Json, nearest, parseJson } from '#kernel';
import { readModels } from '#read-models';
import { BINARY_TYPE } from '../limits.js';
import { refuse } from '../problems/failures.js';
import { isPosition, isReplayId, Parameters } from '../reads/parameters.js';

const KEY = /^[\x21-\x7e]{1,128}$/;
const projections = readModels.map(({ name }) => name);

/** A place in the past of the ledger, by position or by what was known at an instant. */
export type Wanted =
  | { readonly position: bigint; readonly text: string }
  | { readonly knownAt: string; readonly text: string };

export interface AsOfRequest {
  readonly projection: string;
  readonly wanted: Wanted;
  /** `live`, or the number of another replay. */
  readonly compare?: string;
}

/** Members of a body that are whole numbers, and those whose value is not repeated in a fault. */
export interface MemberKinds {
  readonly integers?: readonly string[];
  readonly unechoed?: readonly string[];
}

/**
 * Members of a JSON body: texts, true or false, and whole numbers where they are expected. None where the body is empty.
 *
 * @throws Failure `media.unsupported`, `query.invalid`, and those of the JSON parser.
 */
export function bodyMembers(
  headers: IncomingHttpHeaders,
  body: unknown,
  allowed: readonly string[],
  { integers = [], unechoed = [] }: MemberKinds = {},
): Parameters {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  if (bytes.length === 0) return new Parameters({}, allowed, '#/');
  if (type !== BINARY_TYPE) throw refuse('media.unsupported', { params: { accepted: BINARY_TYPE } });
  const parsed: Json = parseJson(bytes);
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed))
    throw refuse('request.malformed', { params: { reason: 'the body is not a JSON object' } });
  const members = Object.entries(parsed);
  const isPlain = ([name, value]: readonly [string, unknown]) =>
    integers.includes(name) ? Number.isSafeInteger(value) : typeof value === 'string' || typeof value === 'boolean';
  const plain = Object.fromEntries(members.map((member) => [member[0], isPlain(member) ? String(member[1]) : '']));
  const parameters = new Parameters(plain, allowed, '#/');
  for (const [name, value] of members) {
    if (!allowed.includes(name) || isPlain([name, value])) continue;
    const expected = integers.includes(name) ? 'a whole number' : 'text, or true or false';
    parameters.refuse('parameter.invalid', name, expected, unechoed.includes(name) ? undefined : JSON.stringify(value));
  }
  return parameters;
}

/** @throws Failure `query.invalid` with every fault. */
export function readAsOfRequest(headers: IncomingHttpHeaders, body: unknown, now: string): AsOfRequest {
  const parameters = bodyMembers(headers, body, ['projection', 'position', 'known_at', 'compare']);
  const projection = parameters.checked('projection', projections.join(', '), (name) => projections.includes(name));
  const position = parameters.checked('position', 'a position: 0 or more, decimal', isPosition);
  const isPast = (text: string) => (isDay(text) || isInstant(text)) && endOf(text) <= now;
  const knownAt = parameters.checked('known_at', `a day or an instant before ${now}`, isPast);
  const isOther = (text: string) => text === 'live' || isReplayId(text);
  const compare = parameters.checked('compare', 'live, or the number of a replay', isOther);
  if (!parameters.has('projection')) parameters.refuse('parameter.missing', 'projection', projections.join(', '));
  if (!parameters.has('position') && !parameters.has('known_at'))
    parameters.refuse('parameter.missing', 'position', 'position or known_at');
  if (parameters.has('position') && parameters.has('known_at'))
    parameters.refuse('parameter.invalid', 'known_at', 'position or known_at, not both');
  parameters.check();
  const wanted: Wanted =
    position === undefined
      ? { knownAt: endOf(knownAt ?? ''), text: knownAt ?? '' }
      : { position: BigInt(position), text: position };
  return { projection: projection ?? '', wanted, ...(compare !== undefined && { compare }) };
}

/** A day is known at its end in Dubai; an instant at itself. As text in UTC with six digits. */
const endOf = (text: string): string =>
  instantText(isDay(text) ? instantMicros(`${addDays(text, 1)}T00:00:00+04:00`) - 1n : instantMicros(text));

/** @throws Failure `projection.unknown` with the nearest names. */
export function projectionNamed(name: string): string {
  if (projections.includes(name)) return name;
  const near = nearest(name, projections).join(', ');
  throw refuse('projection.unknown', { params: { name: name.slice(0, 80), nearest: near || '-' } });
}

/** A number that no replay has is as unknown as one that was never given. */
export function replayNumber(text: string): string {
  if (isReplayId(text)) return text;
  throw refuse('replay.unknown', { params: { id: text.slice(0, 20) } });
}

/** @throws Failure `query.invalid` */
export function idempotencyKeyOf(headers: IncomingHttpHeaders): { readonly idempotencyKey?: string } {
  const key = headers['idempotency-key'];
  if (key === undefined) return {};
  if (typeof key === 'string' && KEY.test(key)) return { idempotencyKey: key };
  throw refuse('request.malformed', { params: { reason: 'Idempotency-Key holds 1 to 128 visible characters' } });
}
