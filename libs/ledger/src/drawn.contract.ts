import type { Json } from '#kernel';
import type { JsonSchema } from './vocabulary/shape.js';

/** Numbers that follow from a seed alone (mulberry32). */
export const randomOf = (seed: number) => {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const upTo = (end: number): number => Math.floor(next() * end);
  return { upTo, oneOf: <T>(values: readonly T[]): T => values[upTo(values.length)] as T };
};
export type Random = ReturnType<typeof randomOf>;

/** Texts, at least one for each pattern of the vocabulary; `drawnFrom` takes those that match. */
const TEXTS = [
  ...['a', 'rta', 'rta-vehicle-renewal', '0-_.x', 'a'.repeat(200), 'T-1', 'x'.repeat(64), 'Z.9_'],
  ...['urn:sijill:rta:core', 'urn:sijill:a:B', 'AE', 'AE-DU', 'CA', '2021-H1', '1900-H2', '2021-Q1', '2021-S2'],
  ...[
    'https://dubai.ae/a?b=1',
    'https://x',
    'desk@rta.ae',
    'Asia/Dubai',
    '02-28',
    '0',
    '1',
    '42',
    '9'.repeat(18),
    '-1.5',
    '0.000001',
    '-7',
    '12.50',
  ],
  'gov.sijill.transaction.received.v1',
  'ab'.repeat(32), // SHA-256
  ...['2021', '2021-12', '2021-12-31', '2020-02-29', '1900-01-01', '2200-12-31', '08:00', '24:00', '2021-W01'],
];
const PLAIN_TEXTS = ['a', 'Renewal', 'تجديد', '😀', 'é', 'ab c', '-', '0', 'Ω'];
const INSTANTS = ['2020-04-13T09:00:00Z', '2020-04-13T09:00:00.123+04:00', '2199-12-31T23:59:59.9-14:00'];
const ABSENT_PER_CENT = 30;

/** A value that a schema of ours accepts. Fails for a schema without a known way to draw from it, so that none is passed over. */
export const drawnFrom = (schema: JsonSchema, random: Random): Json => {
  const { type, enum: values, const: only, oneOf, anyOf } = schema as { readonly [name: string]: never };
  if (only !== undefined) return only;
  if (values !== undefined) return random.oneOf(values);
  if (oneOf !== undefined || anyOf !== undefined) return drawnFrom(random.oneOf<JsonSchema>(oneOf ?? anyOf), random);
  if (type === 'boolean') return random.upTo(2) === 0;
  if (type === 'integer') return drawnInteger(schema, random);
  if (type === 'string') return drawnText(schema, random);
  if (type === 'array') return drawnList(schema, random);
  if (type === 'object') return drawnObject(schema, random);
  throw new TypeError(`no way to draw from ${JSON.stringify(schema)}`);
};

const drawnInteger = (schema: JsonSchema, random: Random): number => {
  const { minimum, maximum } = schema as { minimum: number; maximum: number };
  return random.oneOf([minimum, maximum, minimum + random.upTo(Math.min(maximum - minimum, 1000) + 1)]);
};

const drawnText = (schema: JsonSchema, random: Random): string => {
  const { pattern, format, maxLength } = schema as { pattern?: string; format?: string; maxLength?: number };
  if (format === 'date-time') return random.oneOf(INSTANTS);
  if (pattern !== undefined) {
    const form = new RegExp(pattern);
    const fitting = TEXTS.filter((text) => form.test(text));
    if (fitting.length > 0) return random.oneOf(fitting);
    throw new TypeError(`no text for ${pattern}`);
  }
  if (maxLength === undefined) throw new TypeError(`a text without a limit: ${JSON.stringify(schema)}`);
  return random.oneOf(
    [...PLAIN_TEXTS, 'x'.repeat(maxLength), '😀'.repeat(maxLength)].filter((t) => [...t].length <= maxLength),
  );
};

const drawnList = (schema: JsonSchema, random: Random): Json => {
  const {
    items,
    minItems = 0,
    maxItems,
    uniqueItems,
  } = schema as {
    items: JsonSchema;
    minItems?: number;
    maxItems: number;
    uniqueItems?: boolean;
  };
  const length = Math.min(maxItems, minItems + random.upTo(3));
  const list = Array.from({ length }, () => drawnFrom(items, random));
  return uniqueItems ? [...new Set(list)] : list;
};

const drawnObject = (schema: JsonSchema, random: Random): Json => {
  const { properties = {}, required = [] } = schema as {
    properties?: Readonly<Record<string, JsonSchema>>;
    required?: readonly string[];
  };
  const members = Object.entries(properties).filter(
    ([name]) => required.includes(name) || random.upTo(100) >= ABSENT_PER_CENT,
  );
  return Object.fromEntries(members.map(([name, one]) => [name, drawnFrom(one, random)]));
};

/** Values of every kind and from beyond every limit; parsed, so that `__proto__` is a member like any other. */
const STRANGE: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-0',
    '1',
    '-1',
    '0.5',
    '1e300',
    '9007199254740991',
    '9007199254740992',
    '1000000001',
  ],
  ...[
    '""',
    '" "',
    '"a"',
    '"A"',
    '"a\\n"',
    '"\\u0000"',
    '"\\u202ea"',
    '"\\ud800"',
    '"e\\u0301"',
    '"😀"',
    '"م"',
    '"0"',
    '"-0"',
  ],
  ...[
    '"01"',
    '"1.0"',
    '"2021-02-29"',
    '"2021-13"',
    '"2020-04-13T09:00:00"',
    '"2020-02-30T09:00:00Z"',
    '"always"',
    '"true"',
  ],
  ...[
    '[]',
    '[null]',
    '["a"]',
    '["a","a"]',
    '[[]]',
    '[{}]',
    '{}',
    '{"a":1}',
    '{"ar":"x"}',
    '{"ar":""}',
    '{"num":"1","den":"2"}',
  ],
  ...[
    '{"__proto__":{"ar":"x"}}',
    '{"weekly":[],"toString":1}',
    '{"ar":"x","valueOf":"y"}',
    '{"constructor":{}}',
    '{"length":1}',
  ],
  ...[JSON.stringify('a'.repeat(201)), JSON.stringify('😀'.repeat(2001)), JSON.stringify(Array(600).fill('a'))],
];
const STRANGE_NAMES = [
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    '__defineGetter__',
    'isPrototypeOf',
  ],
  ...['then', 'length', 'toJSON', '0', '', ' ', 'entityid', 'entityId ', 'سجل', 'target', 'value', 'id'],
];

type Holder = Record<string, Json> | Json[];

/** A copy of `data` with one to three changes anywhere in it: another kind, one step over a limit, missing, too much, nested. */
export const mutated = (data: Json, random: Random): Json => {
  let copy = JSON.parse(JSON.stringify(data)) as Json;
  for (let changes = random.oneOf([1, 1, 1, 2, 3]); changes > 0; changes--) {
    const holders = holdersIn(copy);
    if (holders.length === 0 || random.upTo(200) === 0) copy = strange(random);
    else change(random.oneOf(holders), random);
  }
  return copy;
};

const strange = (random: Random): Json => JSON.parse(random.oneOf(STRANGE)) as Json;

const holdersIn = (value: Json): Holder[] =>
  typeof value === 'object' && value !== null
    ? [value as Holder, ...Object.values(value as Holder).flatMap((one) => holdersIn(one))]
    : [];

const change = (holder: Holder, random: Random): void => {
  const names = Object.keys(holder);
  if (names.length === 0 || random.upTo(8) === 0) {
    if (Array.isArray(holder)) holder.push(strange(random));
    else put(holder, random.oneOf(STRANGE_NAMES), strange(random));
    return;
  }
  const name = random.oneOf(names);
  const value = (holder as Record<string, Json>)[name] as Json;
  const turn = random.upTo(5);
  if (turn === 0) put(holder, name, strange(random));
  else if (turn === 1) put(holder, name, beside(value, random));
  else if (turn === 2) put(holder, name, random.oneOf<Json>([[value], { [name]: value }, [value, value]]));
  else if (turn === 3 && Array.isArray(holder)) holder.push(...holder);
  else if (Array.isArray(holder)) holder.splice(Number(name), 1);
  else Reflect.deleteProperty(holder, name);
};

/** Sets a member whatever its name means to the language. */
const put = (holder: Holder, name: string, value: Json): void =>
  void Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });

/** The nearest neighbours of a value: where limits are. */
const beside = (value: Json, random: Random): Json => {
  if (typeof value === 'number') return random.oneOf([value + 1, value - 1, -value, value + 0.5, String(value)]);
  if (typeof value === 'boolean') return !value;
  if (typeof value !== 'string') return [];
  const longer = [`${value}a`, `${value}\n`, `${value} `, `0${value}`, `-${value}`, `${value}😀`, `${value}\u202e`];
  return random.oneOf([...longer, value.slice(1), value.slice(0, -1), value.toUpperCase(), value.repeat(2)]);
};
