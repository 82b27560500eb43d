import { Ajv2020 } from 'ajv/dist/2020.js';
import { schemaOf } from './schemas.js';
import { dataClasses, gather, ledgerFailures, streamOfCategory, streamOfType, streams, titleOf } from './streams.js';

const sample = (schema: unknown): unknown => {
  const {
    type,
    pattern,
    format,
    enum: codes,
    minimum = 0,
    properties,
    required = [],
    minItems = 0,
    items,
    anyOf,
    oneOf,
    minProperties,
  } = schema as { [member: string]: never } & { required?: string[]; minimum?: number; minItems?: number };
  if (codes) return codes[0];
  if (anyOf ?? oneOf) return sample((anyOf ?? oneOf)[0]);
  if (type === 'object') {
    const members = minProperties ? ['ar'] : required;
    return Object.fromEntries(members.map((member) => [member, sample(properties[member])]));
  }
  if (type === 'array') return Array.from({ length: minItems }, () => sample(items));
  if (type === 'integer') return minimum;
  if (type === 'boolean') return false;
  if (format === 'date') return '2020-01-01';
  if (format === 'date-time') return '2020-01-01T00:00:00Z';
  return ['a', 'A', '1', 'AE', '2020-H1', '2020'].find((text) => !pattern || new RegExp(pattern, 'u').test(text));
};

describe('The catalogue of streams', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });

  test('has every event once, under its permanent name', () => {
    const types = streams.flatMap(({ events }) => Object.keys(events));
    expect(new Set(types).size).toBe(types.length);
    for (const type of types) {
      expect(type).toMatch(/^gov\.sijill\.[a-z][A-Za-z]*\.[a-z][A-Za-z]*\.v[0-9]+$/);
      expect(Object.keys(streamOfType(type).events)).toContain(type);
      expect(dataClasses[type]).toBeDefined();
    }
  });

  test.each(streams.map((stream) => [stream.category, stream] as const))(
    '%s is consistent in itself',
    (category, stream) => {
      expect(category).toMatch(/^[a-z][A-Za-z0-9]*$/);
      expect(streamOfCategory(category)).toBe(stream);
      expect(titleOf(category)?.ar).toMatch(/[\u0600-\u06ff]/);
      const types = Object.keys(stream.events);
      for (const type of [...stream.opening, ...stream.stewardOnly]) expect(types).toContain(type);
      expect(stream.opening.length).toBeGreaterThan(0);
    },
  );

  test.each(streams.flatMap((stream) => Object.keys(stream.events).map((type) => [type, stream] as const)))(
    '%s says in its data to which stream it belongs',
    (type, stream) => {
      const data = sample(schemaOf(type)) as object;
      expect(stream.id(data)).toMatch(/^[A-Za-z0-9._:-]+$/);
      expect(stream.id(data)).not.toContain('undefined');
    },
  );

  test('streams of one entity record are named by the members of the domain page', () => {
    const transaction = streamOfType('gov.sijill.transaction.voided.v1');
    expect(transaction.id({ entityId: 'rta', number: 'T-1' })).toBe('rta:T-1');
    expect(streamOfType('gov.sijill.service.retired.v1').id({ serviceId: 'parking-fine' })).toBe('parking-fine');
  });

  test.each(Object.keys(dataClasses))('the JSON Schema of %s is closed at every level and compiles', (type) => {
    const schema = schemaOf(type);
    expect(schema).toMatchObject({ title: type, type: 'object', additionalProperties: false });
    expect(openObjects(schema)).toEqual([]);
    expect(() => ajv.compile(schema)).not.toThrow();
  });

  test('[TRX-7] the schema marks what is personal and who the person is', () =>
    expect(schemaOf('gov.sijill.transaction.received.v1')).toMatchObject({
      properties: { customerRef: { 'x-personal': true, 'x-subject': true } },
    }));

  test.each(Object.entries(ledgerFailures))('%s is a code with both languages', (code, { ar, en, kind }) => {
    expect(code).toMatch(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/);
    expect(ar).toMatch(/[\u0600-\u06ff]/);
    expect(en).toMatch(/\.$/);
    expect(kind).toBeDefined();
    expect(placeholders(ar)).toEqual(placeholders(en));
  });

  test('two definitions under one name do not load', () => {
    expect(() => gather([{ a: 1 }, { a: 2 }], 'the code')).toThrow('the code a is defined twice');
    expect(gather([{ a: 1 }, { a: 1, b: 2 }], 'the code')).toEqual({ a: 1, b: 2 });
  });
});

const placeholders = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();

/** Object schemas that would let unknown members pass. */
const openObjects = (schema: unknown): readonly unknown[] => {
  if (typeof schema !== 'object' || schema === null) return [];
  const { type, additionalProperties } = schema as { type?: unknown; additionalProperties?: unknown };
  const own = type === 'object' && additionalProperties === undefined ? [schema] : [];
  return [...own, ...Object.values(schema).flatMap(openObjects)];
};
