import { MemoryEventStore } from '#event-store';
import { canonicalText, type Json } from '#kernel';
import { acceptData } from '../acceptance.js';
import { execute } from '../funnel.given.contract.js';
import type { Answer, Provenance } from '../judgement.js';
import type { KpiDefined } from '../kpi/kpi.events.js';
import { POLICY_IDS } from '../policy/policy.parameters.js';
import { streamOfType } from '../streams.js';
import { defaultFacts } from './default-facts.js';
import { DEFAULTS_SOURCE, type DefaultFact } from './item.js';

/** Every row of the register of indicators; take-up stands there in two versions. */
const KPI_IDS =
  'digital_take_up digital_take_up take_up_received completion_rate intended_outcome_rate on_time_share ' +
  'e_transaction_share paperless_share declared_gap total_cost cost_per_transaction data_coverage satisfaction_scaled ' +
  'satisfaction_top_two channel_share high_volume online_end_to_end sheets_net sheets_gross rebound reduction trees co2e ' +
  'staff_hours customer_hours money hours_per_person stamp_services stamp_internal time_to_whole uplift displacement ' +
  'substitution pull_before pull_after persistence participation platform_mean_value remote_availability ' +
  'volume_against_expected enquiries_answered';

const facts = defaultFacts();
let attempts = 0;
const utf8 = new TextEncoder();

const provenanceOf = ({ id, data }: DefaultFact): Provenance => ({
  id,
  actor: 'test',
  data: utf8.encode(canonicalText(data as Json)),
  stamp: () => ({ salt: new Uint8Array(32).fill(++attempts), requestMac: new Uint8Array(32).fill(2) }),
  matches: () => true,
  pause: async () => undefined,
});

const post = (store: MemoryEventStore, item: DefaultFact): Promise<Answer> => {
  const { type, time, data } = item;
  const fact = { type, time, data, source: DEFAULTS_SOURCE, recorded: '2026-01-01T00:00:00.000000Z' };
  return execute(store, streamOfType(type), { fact, isSteward: true, refer: () => undefined }, provenanceOf(item));
};

const idsOf = (type: string, member: string) =>
  facts.filter((fact) => fact.type === type).map(({ data }) => (data as Record<string, string | number>)[member]);

describe('The registers of a fresh ledger', () => {
  test.each(facts)('hold $id in the form of its event', ({ id, type, data }) => {
    expect(acceptData(type, data)).toEqual([]);
    expect(id).toMatch(/^[!-~]{1,128}$/);
  });

  test('are adopted in full, and a second start adds nothing', async () => {
    const store = new MemoryEventStore();
    for (const fact of facts) expect(await post(store, fact)).toMatchObject({ isDuplicate: false });
    const head = await store.head();
    for (const fact of facts) expect(await post(store, fact)).toMatchObject({ isDuplicate: true });
    expect(await store.head()).toBe(head);
  });
  test('are the same to the byte whenever they are asked for, each under an id of its own', () => {
    expect(canonicalText(defaultFacts() as unknown as Json)).toBe(canonicalText(facts as unknown as Json));
    expect(new Set(facts.map(({ id }) => id)).size).toBe(facts.length);
  });

  test('[REG-1] hold every policy, every factor and every indicator of the register', () => {
    expect(idsOf('gov.sijill.policy.adopted.v1', 'policyId').sort()).toEqual([...POLICY_IDS].sort());
    expect(idsOf('gov.sijill.factor.adopted.v1', 'factorId')).toHaveLength(18);
    expect(idsOf('gov.sijill.calendar.weekSet.v1', 'from')).toEqual(['1900-01-01', '2022-01-01']);
    expect(idsOf('gov.sijill.kpi.defined.v1', 'kpiId').sort()).toEqual(KPI_IDS.split(' ').sort());
  });
  test('answer with the take-up that counts assistance; the other is asked for by number', () => {
    const [first, second] = facts
      .filter(({ id }) => id.includes('digital_take_up@'))
      .map(({ data }) => data as KpiDefined);
    expect([first?.from, second?.from]).toEqual(['1900-01-01', '2200-01-01']);
    expect(first?.numerator[0]).toEqual({
      dataset: 'channel_volume',
      terms: [
        {
          measure: 'completed',
          sign: 'plus',
          whenAny: [
            { all: [{ dimension: 'channel_class', isIn: ['digital'] }] },
            { all: [{ dimension: 'assisted', isIn: ['true'] }] },
          ],
        },
      ],
    });
  });
  test('say everything in Arabic and English', () => {
    for (const { type, data } of facts) {
      const { title, nullRule, reason } = data as Partial<KpiDefined> & { readonly reason?: object };
      const texts = type.includes('.kpi.') ? [title, nullRule] : type.includes('.policy.') ? [reason] : [];
      for (const text of texts) expect(Object.keys(text ?? {})).toEqual(expect.arrayContaining(['ar', 'en']));
    }
  });
});
