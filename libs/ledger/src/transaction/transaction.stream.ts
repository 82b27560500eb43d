import { defineStream, type Reference, type ReferenceCategory } from '../stream.js';
import { entityOfSource } from '../time.js';
import { type TransactionFact, transactionEvents } from './correction.events.js';
import { handlersOf, transactionDecider } from './transaction.decider.js';
import type { Transaction } from './transaction.state.js';

export const transactionStream = defineStream<TransactionFact, Transaction>({
  category: 'transaction',
  title: { ar: 'معاملة', en: 'Transaction' },
  events: transactionEvents,
  opening: ['gov.sijill.transaction.received.v1', 'gov.sijill.transaction.started.v1'],
  stewardOnly: [],
  id: ({ entityId, number }) => `${entityId}:${number}`,
  references: (fact) => referencesOf(fact),
  owners: ({ type, data, source }, transaction, context) => {
    const isOpening = type === 'gov.sijill.transaction.received.v1' || type === 'gov.sijill.transaction.started.v1';
    // Whoever goes on with a transaction is judged by the decider: transaction.unknown, transaction.foreignSource.
    if (transaction.is !== 'none' || !isOpening) return [entityOfSource(source)];
    const operator = context.refer('platform', data.platformId)?.operatorEntityId;
    return operator === undefined ? [data.entityId] : [data.entityId, operator];
  },
  handlers: handlersOf,
  decider: transactionDecider,
});

const referencesOf = ({ type, data }: TransactionFact): readonly Reference[] => {
  switch (type) {
    case 'gov.sijill.transaction.started.v1':
    case 'gov.sijill.transaction.received.v1':
    case 'gov.sijill.transaction.channelSwitched.v1':
      return named(data, '#/data');
    case 'gov.sijill.transaction.corrected.v1':
      return named(data.changes, '#/data/changes');
    case 'gov.sijill.transaction.stepCompleted.v1':
      return data.fromEntityId === undefined
        ? []
        : [{ category: 'entity', id: data.fromEntityId, pointer: '#/data/fromEntityId' }];
    case 'gov.sijill.transaction.transferred.v1':
      return [{ category: 'entity', id: data.toEntityId, pointer: '#/data/toEntityId' }];
    default:
      return [];
  }
};

/** Members that name another stream. The entity needs no look-up: it must be the owner of the service. */
const MEMBERS: readonly (readonly [member: string, category: ReferenceCategory])[] = [
  ['serviceId', 'service'],
  ['platformId', 'platform'],
  ['centreId', 'centre'],
  ['kioskId', 'kiosk'],
  ['callCentreId', 'callCentre'],
];

const named = (data: object, pointer: string): readonly Reference[] =>
  MEMBERS.flatMap(([member, category]) => {
    const id = (data as Readonly<Record<string, unknown>>)[member];
    return typeof id === 'string' ? [{ category, id, pointer: `${pointer}/${member}` }] : [];
  });
