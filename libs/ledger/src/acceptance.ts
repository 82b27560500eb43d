import { plainToInstance } from 'class-transformer';
import { type ValidationError, validateSync } from 'class-validator';
import type { Fault } from '#kernel';
import type { DataClass } from './stream.js';
import { dataClassOf } from './streams.js';
import { checkOf } from './vocabulary/compiled.js';
import { faultsOf, isRecord, personalMembers, pointed, type Shape, UNKNOWN } from './vocabulary/shape.js';

/** Names that mean something to the language itself, `toString` as well: no member has one, and class-transformer drops them unseen. */
const HOSTILE_NAMES: ReadonlySet<string> = new Set(['prototype', ...Object.getOwnPropertyNames(Object.prototype)]);

const OBJECT = {
  code: 'object.type',
  text: { ar: 'البيانات كائن JSON', en: 'The data are a JSON object' },
  expected: 'object',
};

/**
 * All faults of an event's data against the class of its type; none: accepted. Pointers begin with `#/data`. Values of
 * personal members are never repeated.
 *
 * The compiled check decides; class-validator runs only where it says no, to word the faults.
 *
 * @throws Failure `event.unknownType` with the nearest type names. TypeError when no fault can be worded: a defect of ours,
 *   which is neither accepted nor blamed on the sender.
 */
export const acceptData = (type: string, data: unknown): readonly Fault[] => {
  const dataClass = dataClassOf(type);
  if (checkOf(dataClass)(data)) return [];
  const faults = faultsOfData(dataClass, data);
  if (faults.length === 0) throw new TypeError(`the compiled check of ${type} refuses what class-validator accepts`);
  return faults;
};

/** The faults of one class as class-validator finds them: thirty times slower than the compiled check. */
export const faultsOfData = (type: DataClass, data: unknown, pointer = '#/data'): readonly Fault[] => {
  if (!isRecord(data)) return [{ pointer, ...OBJECT }];
  const hostile = hostilePointers(data, pointer);
  if (hostile.length > 0) return hostile.map((at) => ({ pointer: at, ...UNKNOWN }));
  const errors = validateSync(plainToInstance(type, data), {
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
  });
  return errors.flatMap((error) => faultsOfError(error, pointer));
};

const faultsOfError = (error: ValidationError, pointer: string): readonly Fault[] => {
  const at = pointed(pointer, error.property);
  if (error.constraints?.whitelistValidation !== undefined) return [{ pointer: at, ...UNKNOWN }];
  const isPersonal = personalMembers(error.target?.constructor ?? Object).includes(error.property);
  const shapes = Object.values(error.contexts ?? {}) as { readonly shape: Shape }[];
  const faults = [
    ...shapes.flatMap(({ shape }) => faultsOf(shape, at, error.value)),
    ...(error.children ?? []).flatMap((child) => faultsOfError(child, at)),
  ];
  return isPersonal ? faults.map(({ received: _, ...fault }) => fault) : faults;
};

const hostilePointers = (value: unknown, pointer: string): readonly string[] => {
  if (Array.isArray(value)) return value.flatMap((one, index) => hostilePointers(one, pointed(pointer, index)));
  if (!isRecord(value)) return [];
  return Object.entries(value).flatMap(([name, one]) => {
    const at = pointed(pointer, name);
    return HOSTILE_NAMES.has(name) ? [at] : hostilePointers(one, at);
  });
};
