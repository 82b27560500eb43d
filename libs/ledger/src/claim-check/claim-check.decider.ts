import { type BilingualText, type Fault, failingWith, isDec, ratioOfDecimal } from '#kernel';
import { isNextVersion } from '../rules/versions.js';
import { type Context, type Decider, defineStream, type Reference } from '../stream.js';
import {
  type ClaimCheckAdopted,
  type ClaimCheckFact,
  claimCheckEvents,
  claimCheckFailures,
} from './claim-check.events.js';
import { claimsOf, evaluate, exactly, expressionOf } from './expression.js';

/** Versions in order, 1 first. Empty: not adopted yet. */
export type ClaimCheck = readonly Readonly<ClaimCheckAdopted>[];

const refuse = failingWith(claimCheckFailures);

export const claimCheckDecider: Decider<ClaimCheckFact, ClaimCheck> = {
  initial: [],
  decide(fact, versions, context) {
    const faults = faultsOf(fact.data, context);
    if (faults.length > 0) throw refuse('claimCheck.invalid', { params: { checkId: fact.data.checkId }, faults });
    return isNextVersion(versions, fact.data) ? [fact] : [];
  },
  evolve: (versions, { data }) => [...versions, data],
};

const SIDES = ['expression', 'expected'] as const;

const faultsOf = (data: Readonly<ClaimCheckAdopted>, context: Context): readonly Fault[] => [
  ...SIDES.flatMap((side) => sideFaults(side, data[side], context)),
  ...companyFaults(data),
];

/** Whether a side can be read and computed with what the claims say now. */
const sideFaults = (side: string, text: string | undefined, context: Context): readonly Fault[] => {
  if (text === undefined) return [];
  const fault = (code: string, what: BilingualText, received: string): Fault => ({
    pointer: `#/data/${side}`,
    code,
    text: what,
    received,
  });
  const expression = expressionOf(text);
  if (expression === undefined) return [fault('expression.format', UNREADABLE, text)];
  const figureOf = (claimId: string): string => context.refer('claim', claimId)?.value ?? '';
  const dates = claimsOf(expression).filter((claimId) => !isDec(figureOf(claimId)));
  if (dates.length > 0) return [fault('expression.notNumber', NO_NUMBER, dates.join(', '))];
  const value = evaluate(
    expression,
    exactly((claimId) => ratioOfDecimal(figureOf(claimId))),
  );
  return value === undefined ? [fault('expression.zeroDivision', BY_ZERO, text)] : [];
};

/** A relation and what the figure is held against belong together, and `within` has a tolerance. */
const companyFaults = ({ relation, expected, tolerance }: Readonly<ClaimCheckAdopted>): readonly Fault[] => {
  const missing = (member: string): Fault => ({ pointer: `#/data/${member}`, ...MISSING });
  if (relation === undefined && expected !== undefined) return [missing('relation')];
  if (relation !== undefined && expected === undefined) return [missing('expected')];
  if (relation === 'within') return tolerance === undefined ? [missing('tolerance')] : [];
  return tolerance === undefined ? [] : [{ pointer: '#/data/tolerance', ...SUPERFLUOUS }];
};

const UNREADABLE = {
  ar: 'ليست عملية حسابية على أرقام معلنة؛ اترك مسافة قبل كل إشارة وبعدها',
  en: 'No arithmetic over claims; an operator stands between spaces',
};
const NO_NUMBER = { ar: 'هذا الرقم المعلن تاريخ لا يُحسب به', en: 'This claim is a date and no number' };
const BY_ZERO = { ar: 'قسمة على رقم معلن قيمته صفر', en: 'A division by claims that come to zero' };
const MISSING = {
  code: 'member.missing',
  text: { ar: 'هذا الحقل مطلوب مع الحقول الأخرى', en: 'This member is needed beside the others' },
} as const;
const SUPERFLUOUS = {
  code: 'member.superfluous',
  text: { ar: 'لا معنى لهذا الحقل مع الحقول الأخرى', en: 'This member has no meaning beside the others' },
} as const;

export const claimCheckStream = defineStream<ClaimCheckFact, ClaimCheck>({
  category: 'claimCheck',
  title: { ar: 'تحقق من أرقام معلنة', en: 'Check of claims' },
  events: claimCheckEvents,
  opening: ['gov.sijill.claimCheck.adopted.v1'],
  stewardOnly: ['gov.sijill.claimCheck.adopted.v1'],
  id: ({ checkId }) => checkId,
  references: ({ data }) => {
    const named = new Map<string, Reference>();
    for (const side of SIDES)
      for (const id of claimsOf(expressionOf(data[side] ?? '')))
        if (!named.has(id)) named.set(id, { category: 'claim', id, pointer: `#/data/${side}` });
    return [...named.values()];
  },
  owners: () => [],
  decider: claimCheckDecider,
});
