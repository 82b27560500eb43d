import { ValidateBy, ValidateIf } from 'class-validator';
import type { BilingualText, Fault } from '#kernel';

export type JsonSchema = Readonly<Record<string, unknown>>;

/** What one member of an event's data must look like: check, words of refusal and JSON Schema in one place. */
export interface Shape {
  /** Name of the decorator in class-validator's metadata. */
  readonly name: string;
  /** Code of the fault, `<noun>.<ruleInCamelCase>`. */
  readonly code: string;
  readonly text: BilingualText;
  /** What is accepted, in the notation of the documentation. */
  readonly expected: string;
  /** JSON Schema 2020-12. A function where it needs classes that are declared later. */
  readonly schema: JsonSchema | (() => JsonSchema);
  holds(value: unknown): boolean;
  /** Faults inside a compound value. Left out: the value as a whole is the fault. */
  explain?(value: unknown, pointer: string): readonly Fault[];
}

/** A property decorator that carries its shape, so that lists can be made of it: `@IsListOf(IsId(), 20)`. */
export type ShapeDecorator = PropertyDecorator & { readonly shape: Shape };

const names = new Set<string>();

/** The property decorator of a shape. Fails at load when two shapes of different rules share a name. */
export const decorate = (shape: Shape, ...others: readonly PropertyDecorator[]): ShapeDecorator => {
  names.add(shape.name);
  const check = ValidateBy(
    { name: shape.name, validator: { validate: (value) => shape.holds(value), defaultMessage: () => shape.code } },
    { context: { shape } },
  );
  const decorator: PropertyDecorator = (target, member) => {
    for (const other of others) other(target, member);
    check(target, member);
  };
  return Object.assign(decorator, { shape });
};

/** Names of all shapes in use: schemas.ts has a converter for each. */
export const shapeNames = (): readonly string[] => [...names];

/** The member may be left out. null is refused: absence has one spelling. */
export const Absent = (): PropertyDecorator => ValidateIf((_, value) => value !== undefined);

const personal = new Map<object, readonly string[]>();
const subjects = new Map<object, string>();

/** The member is encrypted under the key of its person before it is stored, and never repeated in an answer. */
export const Personal = (): PropertyDecorator => (target, member) => {
  personal.set(target.constructor, [...personalMembers(target.constructor), String(member)]);
};

/** The member says which person the personal members of its class are about. One a class. */
export const Subject = (): PropertyDecorator => (target, member) => {
  if (subjects.has(target.constructor)) throw new TypeError(`${target.constructor.name} names two subjects`);
  subjects.set(target.constructor, String(member));
};

/** Names of the personal members of a data class, in order of declaration. */
export const personalMembers = (type: object): readonly string[] => personal.get(type) ?? NONE;
const NONE: readonly string[] = [];

/** Name of the member that identifies the person; undefined when the class has none. */
export const subjectMember = (type: object): string | undefined => subjects.get(type);

/** A JSON object: neither null nor a list. */
export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const schemaOfShape = (shape: Shape): JsonSchema =>
  typeof shape.schema === 'function' ? shape.schema() : shape.schema;

const RECEIVED_CHARACTERS_MAX = 80;

/** One fault of a shape. Lists and objects are not repeated in it. */
export const faultOf = (shape: Shape, pointer: string, value: unknown): Fault =>
  value === undefined
    ? { pointer, ...MISSING, expected: shape.expected }
    : { pointer, code: shape.code, text: shape.text, expected: shape.expected, received: shown(value) };

/** All faults of a value, as deep as the shape can tell. */
export const faultsOf = (shape: Shape, pointer: string, value: unknown): readonly Fault[] => {
  if (shape.holds(value)) return [];
  const inside = value === undefined ? undefined : shape.explain?.(value, pointer);
  return inside?.length ? inside : [faultOf(shape, pointer, value)];
};

/** A member name as a part of a JSON Pointer (RFC 6901, section 3) in fragment form (section 6). */
export const pointed = (pointer: string, member: string | number): string =>
  `${pointer}/${encodeURIComponent(String(member).replaceAll('~', '~0').replaceAll('/', '~1'))}`;

const shown = (value: unknown): string => {
  if (Array.isArray(value)) return `list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'object';
  const text = String(value);
  return text.length > RECEIVED_CHARACTERS_MAX ? `${text.slice(0, RECEIVED_CHARACTERS_MAX)}…` : text;
};

export const MISSING = {
  code: 'member.missing',
  text: { ar: 'هذا الحقل مطلوب', en: 'This member is required' },
} as const;
export const UNKNOWN = {
  code: 'member.unknown',
  text: { ar: 'هذا الحقل غير معروف في هذا الحدث', en: 'This event has no such member' },
} as const;
