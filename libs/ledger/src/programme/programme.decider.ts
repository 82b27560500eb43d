import { failingWith } from '#kernel';
import { refuseExists, refuse as refuseShared, refuseUnknown, sameContent } from '../failures.js';
import { type Decider, defineStream, type Reference } from '../stream.js';
import {
  type ProgrammeFact,
  type ProgrammeRegistered,
  programmeEvents,
  programmeFailures,
} from './programme.events.js';

export type Programme =
  | { readonly is: 'none' }
  | {
      readonly is: 'registered';
      readonly registered: Readonly<ProgrammeRegistered>;
      /** Milestones and activities by {@link entryKey}. */
      readonly entries: Readonly<Record<string, object>>;
    };

const refuse = failingWith(programmeFailures);

export const programmeDecider: Decider<ProgrammeFact, Programme> = {
  initial: { is: 'none' },
  decide(fact, programme) {
    const { programmeId } = fact.data;
    if (fact.type === 'gov.sijill.programme.registered.v1') {
      if (fact.data.parentId === programmeId) throw refuse('programme.selfParent', { params: { programmeId } });
      if (programme.is === 'none') return [fact];
      if (sameContent(programme.registered, fact.data)) return [];
      throw refuseExists('programme', programmeId);
    }
    if (programme.is === 'none') throw refuseUnknown('programme', programmeId);
    const { key, id } = entryKey(fact);
    const known = programme.entries[key];
    if (known === undefined) return [fact];
    if (sameContent(known, fact.data)) return [];
    throw refuseShared('entry.exists', { params: { id } });
  },
  evolve(programme, fact) {
    if (fact.type === 'gov.sijill.programme.registered.v1')
      return { is: 'registered', registered: fact.data, entries: {} };
    if (programme.is === 'none') return programme;
    return { ...programme, entries: { ...programme.entries, [entryKey(fact).key]: fact.data } };
  },
};

type Entry = Exclude<ProgrammeFact, { readonly type: 'gov.sijill.programme.registered.v1' }>;

/** A milestone and an activity may bear the same id. */
const entryKey = ({ type, data }: Entry): { readonly key: string; readonly id: string } =>
  type === 'gov.sijill.programme.milestoneReached.v1'
    ? { key: `milestone:${data.milestone}`, id: data.milestone }
    : { key: `activity:${data.activityId}`, id: data.activityId };

export const programmeStream = defineStream<ProgrammeFact, Programme>({
  category: 'programme',
  title: { ar: 'برنامج', en: 'Programme' },
  events: programmeEvents,
  opening: ['gov.sijill.programme.registered.v1'],
  stewardOnly: [
    'gov.sijill.programme.registered.v1',
    'gov.sijill.programme.milestoneReached.v1',
    'gov.sijill.programme.activityHeld.v1',
  ],
  id: ({ programmeId }) => programmeId,
  references: ({ type, data }): readonly Reference[] => {
    switch (type) {
      case 'gov.sijill.programme.registered.v1': {
        const owner: Reference = { category: 'entity', id: data.ownerEntityId, pointer: '#/data/ownerEntityId' };
        // A programme under itself is refused by its own rule, not because it is not there yet.
        if (data.parentId === undefined || data.parentId === data.programmeId) return [owner];
        return [owner, { category: 'programme', id: data.parentId, pointer: '#/data/parentId' }];
      }
      case 'gov.sijill.programme.milestoneReached.v1':
        return [];
      case 'gov.sijill.programme.activityHeld.v1':
        return (data.entityIds ?? []).map((id, at) => ({ category: 'entity', id, pointer: `#/data/entityIds/${at}` }));
    }
  },
  owners: ({ type, data }, programme) => {
    if (type === 'gov.sijill.programme.registered.v1') return [data.ownerEntityId];
    return programme.is === 'none' ? [] : [programme.registered.ownerEntityId];
  },
  facts: (programme) =>
    programme.is === 'none'
      ? undefined
      : { ownerEntityId: programme.registered.ownerEntityId, kind: programme.registered.kind },
  decider: programmeDecider,
});
