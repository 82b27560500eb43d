import { type BilingualText, type Fault, isInstant, type Json } from '#kernel';
import { refuse } from '../problems/failures.js';

/** A CloudEvent whose attributes follow the rules of the ledger. Its data are not checked yet. */
export interface Envelope {
  readonly type: string;
  readonly source: string;
  readonly id: string;
  /** RFC 3339 text as submitted. */
  readonly time: string;
  /** If given, must be the id part of the stream that the data lead to. */
  readonly subject?: string;
  /** If given, must name the schema of the type. */
  readonly dataschema?: string;
  readonly correlation?: string;
  readonly causation?: string;
  readonly data: Json;
}

export type Attributes = Readonly<Record<string, Json>>;

interface Rule {
  readonly name: string;
  readonly isRequired?: boolean;
  readonly expected: string;
  accepts(value: string): boolean;
}

/** Printable ASCII without the quote and the backslash, so that every value is the same bytes in every encoding on its way. */
const isText = (value: string, bytesMax: number): boolean =>
  value.length >= 1 && value.length <= bytesMax && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(value);
const TEXT_128 = '1 to 128 characters of 0x21-0x7E without " and \\';
const SOURCE = /^urn:sijill:[a-z0-9][a-z0-9._-]{0,199}:[^\s:][^\s]*$/;
const ABSOLUTE_URI_BYTES_MAX = 512;

const RULES: readonly Rule[] = [
  { name: 'specversion', isRequired: true, expected: '1.0', accepts: (value) => value === '1.0' },
  { name: 'type', isRequired: true, expected: TEXT_128, accepts: (value) => isText(value, 128) },
  {
    name: 'source',
    isRequired: true,
    expected: 'urn:sijill:<entityId>:<system>, at most 512 characters',
    accepts: (value) => isText(value, 512) && SOURCE.test(value),
  },
  { name: 'id', isRequired: true, expected: TEXT_128, accepts: (value) => isText(value, 128) },
  {
    name: 'time',
    isRequired: true,
    expected: 'RFC 3339 with Z or offset, at most 3 fraction digits',
    accepts: (value) => isInstant(value) || isInstantOfAnyYear(value),
  },
  { name: 'datacontenttype', expected: 'application/json', accepts: isJsonType },
  { name: 'subject', expected: 'the id part of the stream', accepts: (value) => isText(value, ABSOLUTE_URI_BYTES_MAX) },
  { name: 'dataschema', expected: 'the schema of the type', accepts: (value) => isText(value, ABSOLUTE_URI_BYTES_MAX) },
  { name: 'correlationid', expected: TEXT_128, accepts: (value) => isText(value, 128) },
  { name: 'causationid', expected: TEXT_128, accepts: (value) => isText(value, 128) },
  // W3C trace context travels with an event but is no part of it: checked for size, then left behind.
  { name: 'traceparent', expected: TEXT_128, accepts: (value) => isText(value, 128) },
  { name: 'tracestate', expected: 'at most 512 characters', accepts: (value) => value.length <= 512 },
];
const KNOWN: ReadonlySet<string> = new Set([...RULES.map(({ name }) => name), 'data']);

const TEXTS = {
  'attribute.missing': { ar: 'سمة لازمة غير موجودة.', en: 'A required attribute is missing.' },
  'attribute.type': { ar: 'يجب أن تكون السمة نصاً.', en: 'An attribute must be a text.' },
  'attribute.invalid': { ar: 'قيمة السمة غير مقبولة.', en: 'The value of the attribute is not accepted.' },
  'extension.unknown': { ar: 'سمة إضافية غير معروفة.', en: 'An extension attribute that is not known.' },
  'data.missing': { ar: 'لا توجد بيانات للحدث.', en: 'The event has no data.' },
  'data.binary': { ar: 'البيانات الثنائية غير مقبولة.', en: 'Binary data are not accepted.' },
  'event.notObject': { ar: 'يجب أن يكون الحدث كائناً.', en: 'An event must be an object.' },
} as const satisfies Record<string, BilingualText>;

const fault = (pointer: string, code: keyof typeof TEXTS, expected?: string, received?: Json): Fault => ({
  pointer,
  code,
  text: TEXTS[code],
  ...(expected !== undefined && { expected }),
  ...(received !== undefined && { received: quoted(received) }),
});
const RECEIVED_CHARACTERS_MAX = 80;
const quoted = (value: Json): string => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length > RECEIVED_CHARACTERS_MAX ? `${text.slice(0, RECEIVED_CHARACTERS_MAX)}…` : text;
};

/** RFC 6901 within a fragment: `~` and `/` escaped, then everything a URI fragment may not hold. */
const pointerTo = (name: string): string =>
  `#/${encodeURIComponent(name.slice(0, RECEIVED_CHARACTERS_MAX).replaceAll('~', '~0').replaceAll('/', '~1'))}`;

/**
 * Checks the attributes of one event, all of them at once.
 * @throws Failure `envelope.invalid` with a fault for every attribute that breaks a rule.
 */
export function checkEnvelope(event: Json): Envelope {
  if (typeof event !== 'object' || event === null || Array.isArray(event)) {
    throw refuse('envelope.invalid', { faults: [fault('#', 'event.notObject', 'object')] });
  }
  const attributes = event as Attributes;
  if (!isWhole(attributes)) throw refuse('envelope.invalid', { faults: faultsOf(attributes) });
  const { type, source, id, time, subject, dataschema, correlationid, causationid } = attributes as Readonly<
    Record<string, string>
  >;
  return {
    type: type!,
    source: source!,
    id: id!,
    time: time!,
    ...(subject !== undefined && { subject }),
    ...(dataschema !== undefined && { dataschema }),
    ...(correlationid !== undefined && { correlation: correlationid }),
    ...(causationid !== undefined && { causation: causationid }),
    data: attributes.data as Json,
  };
}

/** Whether there is nothing to find fault with: asked of every event, so it makes nothing. */
function isWhole(attributes: Attributes): boolean {
  for (const { name, isRequired, accepts } of RULES) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (value === undefined ? isRequired : typeof value !== 'string' || !accepts(value)) return false;
  }
  for (const name in attributes) if (!KNOWN.has(name)) return false;
  return attributes.data !== undefined;
}

function faultsOf(attributes: Attributes): readonly Fault[] {
  const faults = RULES.flatMap((rule) => faultOf(rule, attributes));
  for (const name of Object.keys(attributes)) {
    if (name === 'data_base64') faults.push(fault('#/data_base64', 'data.binary', 'data'));
    else if (!KNOWN.has(name)) faults.push(fault(pointerTo(name), 'extension.unknown', 'correlationid, causationid'));
  }
  if (attributes.data === undefined) faults.push(fault('#/data', 'data.missing', 'object'));
  return faults;
}

function faultOf({ name, isRequired, expected, accepts }: Rule, attributes: Attributes): readonly Fault[] {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  if (value === undefined) return isRequired ? [fault(`#/${name}`, 'attribute.missing', expected)] : [];
  if (typeof value !== 'string') return [fault(`#/${name}`, 'attribute.type', expected, value)];
  return accepts(value) ? [] : [fault(`#/${name}`, 'attribute.invalid', expected, value)];
}

/** Well-formed whatever its year: that a time is too early or in the future is a rule of its own, with its own code. */
function isInstantOfAnyYear(value: string): boolean {
  const year = Number(value.slice(0, 4));
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return /^\d{4}-/.test(value) && isInstant(`${isLeap ? 2000 : 2001}${value.slice(4)}`);
}

/** `application/json`, in any case, with no other character set than UTF-8. */
export function isJsonType(value: string): boolean {
  return /^application\/json\s*(?:;\s*charset\s*=\s*"?utf-8"?\s*)?$/i.test(value);
}

/** Refuses attributes that contradict what the data say: the stream's id part, or the schema of the type. */
export function checkAgreement(envelope: Envelope, streamId: string, schemas: readonly string[]): void {
  const faults: Fault[] = [];
  if (envelope.subject !== undefined && envelope.subject !== streamId) {
    faults.push(fault('#/subject', 'attribute.invalid', streamId, envelope.subject));
  }
  if (envelope.dataschema !== undefined && !schemas.includes(envelope.dataschema)) {
    faults.push(fault('#/dataschema', 'attribute.invalid', schemas[0], envelope.dataschema));
  }
  if (faults.length > 0) throw refuse('envelope.invalid', { faults });
}
