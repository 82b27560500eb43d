import { targetConstructorToSchema } from 'class-validator-jsonschema';
import type { DataClass } from './stream.js';
import { dataClassOf } from './streams.js';
import type { NestedShape } from './vocabulary/lists.js';
import {
  type JsonSchema,
  personalMembers,
  type Shape,
  schemaOfShape,
  shapeNames,
  subjectMember,
} from './vocabulary/shape.js';

/** JSON Schema 2020-12 of an event type's data, closed at every level. Fails with `event.unknownType`. */
export const schemaOf = (type: string): JsonSchema => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: type,
  ...schemaOfClass(dataClassOf(type)),
});

/**
 * Schema of one data class, read from the same decorators as the intake check. `x-personal` marks members that are
 * stored encrypted, `x-subject` the one that names the person.
 */
export const schemaOfClass = (type: DataClass): JsonSchema => {
  const known = schemas.get(type);
  if (known) return known;
  const { properties = {}, required = [] } = targetConstructorToSchema(type, { additionalConverters: converters() });
  const marked = Object.entries(properties).map(([name, schema]) => [name, { ...schema, ...marks(type, name) }]);
  const schema = { type: 'object', properties: Object.fromEntries(marked), required, additionalProperties: false };
  schemas.set(type, schema);
  return schema;
};

/** Names of the decorators whose rule reaches the schema. class-validator-jsonschema drops any other without a word. */
export const convertedNames = (): ReadonlySet<string> => new Set(Object.keys(converters()));

const schemas = new Map<DataClass, JsonSchema>();

const marks = (type: DataClass, member: string): JsonSchema => ({
  ...(personalMembers(type).includes(member) ? { 'x-personal': true } : {}),
  ...(subjectMember(type) === member ? { 'x-subject': true } : {}),
});

type Converters = NonNullable<NonNullable<Parameters<typeof targetConstructorToSchema>[1]>['additionalConverters']>;

const converters = (): Converters => ({
  ...Object.fromEntries(
    shapeNames().map((name) => [name, ({ context }: { context?: { shape: Shape } }) => converted(context?.shape)]),
  ),
  nestedValidation: {}, // said by the list or object shape beside it
  conditionalValidation: {}, // says that the member is not required
});

const converted = (shape: Shape | NestedShape | undefined): JsonSchema => {
  if (shape === undefined) throw new TypeError('a decorator of the house carries no shape');
  if (!('nested' in shape)) return schemaOfShape(shape);
  const object = schemaOfClass(shape.nested);
  return shape.max === undefined
    ? object
    : { type: 'array', items: object, minItems: shape.min ?? 0, maxItems: shape.max };
};
