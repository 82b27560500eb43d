import fc from 'fast-check';
import { Failure } from '#kernel';
import { frozen } from '../given.contract.js';
import type { Fact } from '../stream.js';
import type { TransactionFact } from './correction.events.js';
import { electronicTest, evidenceOf } from './electronic-test.js';
import { transactionDecider } from './transaction.decider.js';
import {
  at,
  completed,
  context,
  corrected,
  document,
  entryVoided,
  markedDuplicate,
  paid,
  received,
  refunded,
  rejected,
  sheets,
  started,
  step,
  switched,
  transferred,
  voided,
  withdrawn,
} from './transaction.given.contract.js';
import { entriesInForce, type OutcomeKind, type Transaction } from './transaction.state.js';

const SEED = 20200413;
const { decide } = transactionDecider;
const initial = frozen(transactionDecider.initial);
const evolve: typeof transactionDecider.evolve = (state, event) => frozen(transactionDecider.evolve(state, event));

const clock = fc.constantFrom('08:30', '09:00', '09:15', '09:30', '10:00', '10:30', '11:00');
const channel = fc.constantFrom('app', 'web', 'counter', 'call', 'other');
const id = fc.constantFrom('a', 'b', 'constructor');
const amount = fc.integer({ min: 1, max: 4 }).map(String);
const timed = <T>(value: fc.Arbitrary<T>, make: (value: T, clock: string) => Fact) =>
  fc.tuple(value, clock).map(([one, when]) => make(one, when));

const changes = fc.record(
  {
    serviceId: fc.constantFrom('parking-fine', 'plate-renewal', 'staff-leave'),
    channel,
    assisted: fc.boolean(),
    flow: fc.constantFrom('customer', 'internal'),
    customerCategory: fc.constantFrom('resident', 'employee', 'supplier'),
    outcome: fc.constantFrom('open', 'completed', 'rejected', 'withdrawn'),
    outcomeAt: clock.map((when) => at(when)?.time),
    receivedAt: clock.map((when) => at(when)?.time),
    delivery: fc.constantFrom('electronic', 'paper', 'none'),
    intended: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Anything that a source may say about one transaction, sense or not. */
const anyFact: fc.Arbitrary<TransactionFact> = fc.oneof(
  timed(channel, (where, when) => started({ channel: where }, at(when))),
  { arbitrary: timed(fc.constantFrom('0', '35000'), (feeDue, when) => received({ feeDue }, at(when))), weight: 3 },
  timed(fc.tuple(id, fc.constantFrom('electronic', 'manual')), ([stepId, mode], when) =>
    step({ stepId, mode }, at(when)),
  ),
  timed(fc.tuple(id, fc.constantFrom('digital', 'paper')), ([documentId, form], when) =>
    document({ documentId, form }, at(when)),
  ),
  timed(fc.tuple(id, fc.integer({ min: 1, max: 3 })), ([recordId, count], when) =>
    sheets({ recordId, sheets: count }, at(when)),
  ),
  timed(channel, (where, when) => switched({ channel: where }, at(when))),
  timed(fc.tuple(id, amount), ([paymentId, fils], when) => paid({ paymentId, amount: fils }, at(when))),
  timed(fc.tuple(id, id, amount), ([refundId, paymentId, fils], when) =>
    refunded({ refundId, paymentId, amount: fils }, at(when)),
  ),
  timed(fc.constantFrom('electronic', 'paper'), (delivery, when) => completed({ delivery }, at(when))),
  clock.map((when) => rejected({}, at(when))),
  clock.map((when) => withdrawn({}, at(when))),
  clock.map((when) => markedDuplicate({}, at(when))),
  clock.map((when) => transferred({}, at(when))),
  changes.map((values) => corrected(values)),
  fc
    .tuple(fc.constantFrom('step', 'document', 'sheets', 'payment', 'refund'), id)
    .map(([kind, one]) => entryVoided(kind, one)),
  fc.constant(voided()),
) as fc.Arbitrary<TransactionFact>;

const histories = fc.array(anyFact, { maxLength: 40 });

/** What the funnel would record of these facts, told one after the other. */
const recorded = (facts: readonly TransactionFact[]): readonly TransactionFact[] => {
  const events: TransactionFact[] = [];
  let state: Transaction = initial;
  for (const one of facts) {
    const told = attempt(one, state);
    if (typeof told === 'string') continue;
    events.push(...told);
    state = told.reduce(evolve, state);
  }
  return events;
};
const attempt = (one: TransactionFact, state: Transaction): readonly TransactionFact[] | string => {
  try {
    return decide(one, state, context);
  } catch (error) {
    if (error instanceof Failure) return error.code;
    throw error;
  }
};
const always = (rule: (facts: readonly TransactionFact[]) => void) =>
  fc.assert(fc.property(histories, rule), { seed: SEED, numRuns: 500 });

describe('Whatever is told about a transaction', () => {
  test('[TRX-9] received = completed + rejected + withdrawn + duplicate + transferred + open, at every moment', () =>
    always((facts) => {
      const counts: Record<OutcomeKind | 'received' | 'open', number> = {
        ...{ received: 0, open: 0, completed: 0, rejected: 0, withdrawn: 0, duplicate: 0, transferred: 0 },
      };
      const add = (state: Transaction, sign: 1 | -1) => {
        if (state.is !== 'open' && state.is !== 'closed') return;
        counts.received += sign;
        counts[state.is === 'open' ? 'open' : state.outcome.is] += sign;
      };
      let state: Transaction = initial;
      for (const event of recorded(facts)) {
        const next = evolve(state, event);
        add(state, -1); // what changes is taken back as it was and added as it is
        add(next, 1);
        state = next;
        const { received: all, ...parts } = counts;
        expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(all);
        expect(Math.min(...Object.values(counts))).toBeGreaterThanOrEqual(0);
      }
    }));

  test('every fact told again at once is so already, or was refused and still is', () =>
    always((facts) => {
      let state: Transaction = initial;
      for (const one of facts) {
        const told = attempt(one, state);
        state = typeof told === 'string' ? state : told.reduce(evolve, state);
        const again = attempt(one, state);
        expect([one.type, again]).toEqual([one.type, typeof told === 'string' ? told : []]);
      }
    }));

  test('what is recorded is recorded again from its own record, event by event', () =>
    always((facts) => {
      const events = recorded(facts);
      expect(recorded(events)).toEqual(events);
    }));

  test('the state is plain JSON', () =>
    always((facts) => {
      const state = recorded(facts).reduce(evolve, initial);
      expect(JSON.parse(JSON.stringify(state))).toEqual(state);
    }));

  test('no event changes the state it was given', () =>
    always((facts) => {
      let state: Transaction = initial;
      for (const event of recorded(facts)) {
        const before = JSON.stringify(state);
        const next = evolve(state, event);
        expect(JSON.stringify(state)).toBe(before);
        state = next;
      }
    }));

  test('[TRX-12] money that went back is never more than what was paid', () =>
    always((facts) => {
      const state = recorded(facts).reduce(evolve, initial);
      if (!('entries' in state)) return;
      const refunds = entriesInForce(state.entries, 'refund');
      const payments = new Map(
        entriesInForce(state.entries, 'payment').map((one) => [one.paymentId, BigInt(one.amount)]),
      );
      for (const { paymentId } of refunds) {
        const back = refunds
          .filter((one) => one.paymentId === paymentId)
          .reduce((sum, one) => sum + BigInt(one.amount), 0n);
        expect(back <= (payments.get(paymentId) ?? -1n)).toBe(true);
      }
    }));

  test('an outcome is never before its receipt, and the category always occurs in the flow', () =>
    always((facts) => {
      const state = recorded(facts).reduce(evolve, initial);
      if (state.is !== 'open' && state.is !== 'closed') return;
      if (state.is === 'closed') expect(state.outcome.at >= state.receivedAt).toBe(true);
      const { flow, customerCategory, serviceId } = state.receipt;
      expect(['resident internal', 'employee customer']).not.toContain(`${customerCategory} ${flow}`);
      expect(flow).toBe(serviceId === 'staff-leave' ? 'internal' : 'customer');
    }));

  test('[TRX-10] work told in another order leaves the same judgement and the same sheets', () => {
    const work = fc.uniqueArray(anyFact, { maxLength: 12, selector: (one) => JSON.stringify(one.data) });
    const ordered = (facts: readonly TransactionFact[]) =>
      facts.filter(({ type }) => /stepCompleted|documentSubmitted|sheetsConsumed/.test(type));
    const byId = (facts: readonly TransactionFact[]) =>
      new Map(ordered(facts).map((one) => [Object.values(one.data).slice(0, 3).join() + one.type, one])).values();
    const judge = (facts: Iterable<TransactionFact>) => {
      const state = recorded([received() as TransactionFact, ...facts]).reduce(evolve, initial);
      return state.is === 'open' ? electronicTest(evidenceOf(state)) : state.is;
    };
    const property = fc.property(work, fc.infiniteStream(fc.nat()), (facts, chance) => {
      const told = [...byId(facts)];
      const shuffled = told.map((one) => ({ one, key: chance.next().value })).sort((a, b) => a.key - b.key);
      expect(judge(shuffled.map(({ one }) => one))).toEqual(judge(told));
    });
    fc.assert(property, { seed: SEED, numRuns: 300 });
  });
});
