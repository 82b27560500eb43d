import type { Fault } from '#kernel';
import {
  decorate,
  faultsOf,
  isRecord,
  type JsonSchema,
  MISSING,
  pointed,
  type ShapeDecorator,
  schemaOfShape,
  UNKNOWN,
} from '../vocabulary/shape.js';

/** Member → shape of its value. */
export type Members = Readonly<Record<string, ShapeDecorator>>;

/** A closed object declared by its members, all of them required: for small structures that need no class of their own. */
export const IsClosed = (members: Members): ShapeDecorator => {
  const names = Object.keys(members);
  return decorate({
    name: 'isClosed',
    code: 'object.type',
    text: { ar: 'كائن بالحقول المحددة', en: 'An object with the members listed' },
    expected: `{${names.join(', ')}}`,
    schema: (): JsonSchema => ({
      type: 'object',
      properties: Object.fromEntries(Object.entries(members).map(([name, { shape }]) => [name, schemaOfShape(shape)])),
      required: names,
      additionalProperties: false,
    }),
    holds: (value) =>
      isRecord(value) &&
      Object.keys(value).every((name) => Object.hasOwn(members, name)) &&
      Object.entries(members).every(([name, { shape }]) => shape.holds(value[name])),
    explain: (value, pointer) => (isRecord(value) ? faultsWithin(members, value, pointer) : []),
  });
};

const faultsWithin = (
  members: Members,
  value: Readonly<Record<string, unknown>>,
  pointer: string,
): readonly Fault[] => [
  ...Object.keys(value)
    .filter((name) => !Object.hasOwn(members, name))
    .map((name) => ({ pointer: pointed(pointer, name), ...UNKNOWN })),
  ...Object.entries(members).flatMap(([name, { shape }]) =>
    value[name] === undefined
      ? [{ pointer: pointed(pointer, name), ...MISSING, expected: shape.expected }]
      : faultsOf(shape, pointed(pointer, name), value[name]),
  ),
];
