import { getMetadataStorage } from 'class-validator';
import type { DataClass } from '../stream.js';
import type { NestedShape } from './lists.js';
import { isRecord, type Shape } from './shape.js';

/** Whether a value is what a declaration says: no more than that, so that it costs half a microsecond an event. */
export type Check = (value: unknown) => boolean;

interface Member {
  readonly name: string;
  mayBeAbsent: boolean;
  readonly checks: Check[];
}

const checks = new Map<DataClass, Check>();

/**
 * The check of one data class, composed once of the predicates that its decorators carry: every member is there or may be
 * absent, each holds, and there is no other. It accepts exactly what class-validator accepts (compiled.property.spec.ts).
 *
 * @throws TypeError for a decorator without a shape: its rule would be left out.
 */
export const checkOf = (type: DataClass): Check => {
  const known = checks.get(type);
  if (known) return known;
  const check = closedObject(membersOf(type));
  checks.set(type, check);
  return check;
};

const closedObject = (members: readonly Member[]): Check => {
  const names = new Set(members.map(({ name }) => name));
  return (value) => {
    if (!isRecord(value)) return false;
    for (const { name, mayBeAbsent, checks } of members) {
      const one = value[name];
      if (one === undefined) {
        if (mayBeAbsent) continue;
        return false;
      }
      for (const holds of checks) if (!holds(one)) return false;
    }
    for (const name in value) if (!names.has(name)) return false;
    return true;
  };
};

const membersOf = (type: DataClass): readonly Member[] => {
  const members = new Map<string, Member>();
  for (const { propertyName: name, type: kind, context } of metadataOf(type)) {
    const member = members.get(name) ?? { name, mayBeAbsent: false, checks: [] };
    members.set(name, member);
    if (kind === 'conditionalValidation') member.mayBeAbsent = true;
    else if (context?.shape !== undefined) member.checks.push(checkOfShape(context.shape));
    else if (kind !== 'nestedValidation') throw new TypeError(`${type.name}.${name}: ${kind} has no shape`);
  }
  return [...members.values()];
};

const metadataOf = (type: DataClass) => getMetadataStorage().getTargetValidationMetadatas(type, '', true, false);

const checkOfShape = (shape: Shape | NestedShape): Check => {
  if (!('nested' in shape)) return shape.holds;
  const inside = checkOf(shape.nested);
  if (shape.max === undefined) return inside;
  return (value) => shape.holds(value) && (value as readonly unknown[]).every(inside);
};
