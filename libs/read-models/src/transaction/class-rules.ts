import type { EntityManager } from 'typeorm';
import type { Day } from '#kernel';
import { CHANNEL_CLASSES, type PolicyParameters } from '#ledger';
import type { DataSetQuery } from '../read-model.js';
import { versionsOfItem } from '../register-look-ups.js';
import { literal } from './merged.js';

type Classes = PolicyParameters['channel-classes']['classes'];

/** Classes of the channels from a day on. */
interface ClassRule {
  readonly from: Day;
  readonly classes: Classes;
}

/** Rules of policy `channel-classes` one after the other, the first for all days before the second. Never none. */
export type ClassRules = readonly [ClassRule, ...ClassRule[]];

const EVER = '1900-01-01';

/** The rules as known on the day of the question, or the one of its effective day; the table of the code where none was adopted. */
export const classRules = async (
  { knownAt, recordedAt, effectiveAt }: Pick<DataSetQuery, 'knownAt' | 'recordedAt' | 'effectiveAt'>,
  manager: EntityManager,
): Promise<ClassRules> => {
  const [known] = [knownAt, recordedAt].filter((day) => day !== undefined).sort();
  const versions = await versionsOfItem(manager, 'policy', 'channel-classes', known);
  return rulesOf(
    versions.map(({ fromDay: from, content }) => ({ from, parameters: content.parameters as object })),
    effectiveAt,
  );
};

/** A version of the policy as it was adopted. */
interface Adopted {
  readonly from: Day;
  readonly parameters: object;
}

/** The rules of these versions, oldest first; or the one of them on a day. */
export const rulesOf = (versions: readonly Adopted[], effectiveAt?: Day): ClassRules => {
  const days = effectiveAt === undefined ? [EVER, ...versions.map(({ from }) => from)] : [effectiveAt];
  const rules = [...new Set(days)].sort().map((from) => ({ from, classes: inForce(versions, from) }));
  return [rules[0] ?? { from: EVER, classes: CHANNEL_CLASSES }, ...rules.slice(1)];
};

/** The newest version that has begun; the table of the code before the first. */
const inForce = (versions: readonly Adopted[], day: Day): Classes => {
  const version = versions.findLast(({ from }) => from <= day);
  const parameters = version?.parameters as PolicyParameters['channel-classes'] | undefined;
  return parameters?.classes ?? CHANNEL_CLASSES;
};

/** SQL of the class of a channel on a day: columns, or SQL of ours. Null where there is no channel. */
export const classOnSql = (channel: string, day: string, [first, ...later]: ClassRules): string =>
  later.reduce(
    (before, { from, classes }) =>
      `case when ${day} >= ${literal(from)} then ${caseOf(channel, classes)} else ${before} end`,
    caseOf(channel, first.classes),
  );

/** Classes of channels that ask for no visit (domain.md, section 3.2). */
const REMOTE = `'digital', 'remote', 'postal'`;

/** SQL: on that day the channel asks for no visit. */
export const isRemoteSql = (channel: string, day: string, rules: ClassRules): string =>
  `${classOnSql(channel, day, rules)} in (${REMOTE})`;

/** Days on which {@link classOnSql} begins to give other classes. */
export const classTurns = ([, ...later]: ClassRules): string[] => later.map(({ from }) => `select ${literal(from)}`);

/** Channels and classes come out of closed lists, so they need no escaping. */
const caseOf = (channel: string, classes: Classes): string => {
  const names = [...new Set(Object.values(classes))];
  const listed = (name: string) =>
    Object.entries(classes)
      .filter(([, ofChannel]) => ofChannel === name)
      .map(([code]) => `'${code}'`)
      .join(', ');
  return `case ${names.map((name) => `when ${channel} in (${listed(name)}) then '${name}'`).join(' ')} end`;
};
