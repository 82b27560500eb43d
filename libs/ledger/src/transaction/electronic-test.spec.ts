import type { Fact } from '../stream.js';
import { electronicTest, evidenceOf } from './electronic-test.js';
import { transactionDecider } from './transaction.decider.js';
import {
  completed,
  corrected,
  document,
  entryVoided,
  received,
  rejected,
  sheets,
  step,
  switched,
} from './transaction.given.contract.js';
import type { ReceivedTransaction } from './transaction.state.js';

const judge = (...history: readonly Fact[]) => {
  const state = (history as Parameters<typeof transactionDecider.evolve>[1][]).reduce(
    transactionDecider.evolve,
    transactionDecider.initial,
  );
  return electronicTest(evidenceOf(state as ReceivedTransaction));
};
const free = received({ documentsRequired: 0 });
const electronic = [free, step(), completed()] as const;

describe('The electronic-transaction test', () => {
  test('[TRX-4, TRX-5] says yes when all four conditions hold, and paperless without process sheets', () => {
    const all = { request: 'yes', workflow: 'yes', data: 'yes', delivery: 'yes' };
    expect(judge(...electronic)).toEqual({ ...all, electronic: 'yes', isPaperless: true });
  });
  test.each([
    ['request', 'a digital channel', 'yes', [received({ channel: 'kiosk' })]],
    [
      'request',
      'a counter with staff on the digital service',
      'yes',
      [received({ channel: 'counter', assisted: true })],
    ],
    ['request', 'a counter', 'no', [received({ channel: 'counter' })]],
    ['request', 'a call', 'no', [received({ channel: 'call' })]],
    ['request', 'mail', 'no', [received({ channel: 'mail' })]],
    ['request', 'an unclassified channel', 'unknown', [received({ channel: 'other' })]],
    ['request', 'a channel corrected later', 'no', [received(), corrected({ channel: 'counter' })]],
    ['workflow', 'no step', 'unknown', [received()]],
    ['workflow', 'electronic steps only', 'yes', [received(), step(), step({ stepId: 'issue' })]],
    ['workflow', 'one manual step', 'no', [received(), step(), step({ stepId: 'stamp', mode: 'manual' })]],
    [
      'workflow',
      'a manual step that was void',
      'yes',
      [received(), step(), step({ stepId: 'stamp', mode: 'manual' }), entryVoided('step', 'stamp')],
    ],
    ['workflow', 'a switch to the counter', 'no', [received(), step(), switched()]],
    [
      'workflow',
      'a switch to the counter and back',
      'no',
      [received(), step(), switched(), switched({ channel: 'app' })],
    ],
    ['workflow', 'a switch among digital channels', 'yes', [received(), step(), switched({ channel: 'web' })]],
    ['workflow', 'a switch to the counter without a step', 'no', [received(), switched()]],
    ['data', 'no document asked for', 'yes', [free]],
    ['data', 'documents unknown', 'unknown', [received()]],
    ['data', 'documents asked for and none reported', 'unknown', [received({ documentsRequired: 2 })]],
    ['data', 'a digital document', 'yes', [received({ documentsRequired: 1 }), document()]],
    ['data', 'a paper document', 'no', [received(), document(), document({ documentId: 'map', form: 'paper' })]],
    ['data', 'a paper document though none was asked for', 'no', [free, document({ form: 'paper' })]],
    ['delivery', 'an open transaction', 'unknown', [received()]],
    ['delivery', 'an electronic result', 'yes', [received(), completed()]],
    ['delivery', 'no result to deliver', 'yes', [received(), completed({ delivery: 'none' })]],
    ['delivery', 'a paper result', 'no', [received(), completed({ delivery: 'paper' })]],
    ['delivery', 'a result in person', 'no', [received(), completed({ delivery: 'inPerson' })]],
    ['delivery', 'a delivery corrected later', 'no', [received(), completed(), corrected({ delivery: 'paper' })]],
    ['delivery', 'a rejection', 'unknown', [received(), rejected()]],
  ] as const)('[TRX-4] judges %s by %s: %s', (flag, _, judgement, history) =>
    expect(judge(...history)[flag]).toBe(judgement),
  );
  test('says no when one condition fails, whatever is unknown', () =>
    expect(judge(received(), step({ mode: 'manual' })).electronic).toBe('no'));
  test('says unknown when none fails and one is unknown', () =>
    expect(judge(free, completed()).electronic).toBe('unknown'));
  test('turns from yes to no with a late manual step', () =>
    expect(judge(...electronic, step({ stepId: 'stamp', mode: 'manual' })).electronic).toBe('no'));
  test('[TRX-5] is not paperless with a process sheet, and is again when that is void', () => {
    expect(judge(...electronic, sheets())).toMatchObject({ electronic: 'yes', isPaperless: false });
    expect(judge(...electronic, sheets(), entryVoided('sheets', 'print-1')).isPaperless).toBe(true);
  });
  test('[SAV-13] does not mind habit printing', () =>
    expect(judge(...electronic, sheets({ kind: 'habit' })).isPaperless).toBe(true));
});
