import { Type } from 'class-transformer';
import { ValidateNested } from 'class-validator';
import type { BilingualText } from '#kernel';
import type { DataClass } from '../stream.js';
import {
  decorate,
  faultOf,
  faultsOf,
  isRecord,
  pointed,
  type Shape,
  type ShapeDecorator,
  schemaOfShape,
} from './shape.js';

export interface ListLimits {
  /** Fewest items. Default 0. */
  readonly min?: number;
  /** No item twice. Default false. */
  readonly isUnique?: boolean;
}

const LIST_TEXT: BilingualText = {
  ar: 'قائمة ضمن حد العدد، وكل عنصر فيها صالح',
  en: 'A list within its limits, each item valid',
};

/** List of at most `max` values of one shape: `@IsListOf(IsId(), 20)`. */
export const IsListOf = (
  item: ShapeDecorator,
  max: number,
  { min = 0, isUnique = false }: ListLimits = {},
): ShapeDecorator => {
  const { shape } = item;
  const isSized = (value: unknown): value is readonly unknown[] =>
    Array.isArray(value) &&
    value.length >= min &&
    value.length <= max &&
    (!isUnique || new Set(value).size === value.length);
  return decorate({
    name: 'isListOf',
    code: 'list.invalid',
    text: LIST_TEXT,
    expected: `list of ${min} to ${max}${isUnique ? ' different' : ''}: ${shape.expected}`,
    schema: () => ({
      type: 'array',
      items: schemaOfShape(shape),
      minItems: min,
      maxItems: max,
      ...(isUnique ? { uniqueItems: true } : {}),
    }),
    holds: (value) => isSized(value) && value.every((one) => shape.holds(one)),
    explain: (value, pointer) =>
      isSized(value) ? value.flatMap((one, index) => faultsOf(shape, pointed(pointer, index), one)) : [],
  });
};

/** One of several shapes: `@IsEither(IsDec(), IsPart())`. */
export const IsEither = (...options: readonly ShapeDecorator[]): ShapeDecorator =>
  decorate({
    name: 'isEither',
    code: 'either.format',
    text: { ar: 'القيمة لا تطابق أياً من الصيغ المقبولة', en: 'The value has none of the accepted forms' },
    expected: options.map(({ shape }) => shape.expected).join(' | '),
    schema: () => ({ anyOf: options.map(({ shape }) => schemaOfShape(shape)) }),
    holds: (value) => options.some(({ shape }) => shape.holds(value)),
  });

/** Shapes of nested classes. schemas.ts follows `nested` for the JSON Schema. */
export interface NestedShape extends Shape {
  readonly nested: DataClass;
  readonly max?: number;
  readonly min?: number;
}

const OBJECT_TEXT: BilingualText = { ar: 'كائن بالحقول المحددة', en: 'An object with the members listed' };

/** A closed object of its own class. Its faults come from class-validator's children. */
export const IsObjectOf = (type: DataClass): ShapeDecorator => {
  const shape: NestedShape = {
    name: 'isObjectOf',
    code: 'object.type',
    text: OBJECT_TEXT,
    expected: 'object',
    schema: {},
    nested: type,
    holds: isRecord, // class-validator would follow a list here and accept it
  };
  return decorate(
    shape,
    Type(() => type),
    ValidateNested(),
  );
};

/** A list of at most `max` closed objects of one class. */
export const IsObjects = (
  type: DataClass,
  max: number,
  { min = 0 }: { readonly min?: number } = {},
): ShapeDecorator => {
  const isSized = (value: unknown): value is readonly unknown[] =>
    Array.isArray(value) && value.length >= min && value.length <= max;
  const shape: NestedShape = {
    name: 'isObjects',
    code: 'list.invalid',
    text: LIST_TEXT,
    expected: `list of ${min} to ${max} objects`,
    schema: {},
    nested: type,
    max,
    min,
    holds: (value) => isSized(value) && value.every(isRecord),
    explain: (value, pointer) =>
      isSized(value)
        ? value.flatMap((one, index) =>
            isRecord(one) ? [] : [faultOf(IsObjectOf(type).shape, pointed(pointer, index), one)],
          )
        : [],
  };
  return decorate(
    shape,
    Type(() => type),
    ValidateNested({ each: true }),
  );
};
