import { failingWith } from '#kernel';
import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { inForce, type Spans, withSpan } from '../rules/in-force.js';
import { type Lang } from '../shapes.js';
import { type Context, type Decider, defineStream, type Reference } from '../stream.js';
import { type PlatformFact, type PlatformLaunched, platformEvents, platformFailures } from './platform.events.js';

/** What is listed under an id since a day: a page of information, a service, or nothing any more. */
type Listed = { readonly title: Lang; readonly topic: string } | 'service' | 'nothing';

/** By kind and id, because a service and a page may bear the same id. */
type List = ReadonlyMap<string, Spans<Listed>>;

interface Launched {
  readonly launched: Readonly<PlatformLaunched>;
}

export type Platform =
  | { readonly is: 'none' }
  | (Launched & { readonly is: 'open'; readonly list: List })
  | (Launched & { readonly is: 'closed' });

const refuse = failingWith(platformFailures);

export const platformDecider: Decider<PlatformFact, Platform> = {
  initial: { is: 'none' },
  decide(fact, platform, context) {
    const { platformId } = fact.data;
    if (fact.type === 'gov.sijill.platform.launched.v1') {
      if (platform.is === 'none') return [fact];
      if (sameContent(platform.launched, fact.data)) return [];
      throw refuseExists('platform', platformId);
    }
    if (platform.is === 'none') throw refuseUnknown('platform', platformId);
    if (fact.type === 'gov.sijill.platform.closed.v1') return platform.is === 'closed' ? [] : [fact];
    if (platform.is === 'closed') throw refuse('platform.closed', { params: { platformId } });
    assertTransactional(fact, context);
    const { key, listed } = changeOf(fact);
    const before = inForce(platform.list.get(key) ?? [], fact.data.from) ?? 'nothing';
    return sameContent(before, listed) ? [] : [fact];
  },
  evolve(platform, fact) {
    if (fact.type === 'gov.sijill.platform.launched.v1') return { is: 'open', launched: fact.data, list: new Map() };
    if (platform.is !== 'open') return platform;
    if (fact.type === 'gov.sijill.platform.closed.v1') return { is: 'closed', launched: platform.launched };
    const { key, listed } = changeOf(fact);
    const spans = withSpan(platform.list.get(key) ?? [], fact.data.from, listed);
    return { ...platform, list: new Map(platform.list).set(key, spans) };
  },
};

type Change = Exclude<
  PlatformFact,
  { type: 'gov.sijill.platform.launched.v1' } | { type: 'gov.sijill.platform.closed.v1' }
>;

const changeOf = ({ type, data }: Change): { readonly key: string; readonly listed: Listed } => {
  switch (type) {
    case 'gov.sijill.platform.serviceAdded.v1':
      return { key: `service:${data.serviceId}`, listed: 'service' };
    case 'gov.sijill.platform.serviceRemoved.v1':
      return { key: `service:${data.serviceId}`, listed: 'nothing' };
    case 'gov.sijill.platform.informationAdded.v1':
      return { key: `information:${data.infoId}`, listed: { title: data.title, topic: data.topic } };
    case 'gov.sijill.platform.informationRemoved.v1':
      return { key: `information:${data.infoId}`, listed: 'nothing' };
  }
};

const assertTransactional = ({ type, data }: Change, context: Context): void => {
  if (type !== 'gov.sijill.platform.serviceAdded.v1') return;
  if (context.refer('service', data.serviceId)?.kind === 'informational')
    throw refuse('platform.notTransactional', { params: { serviceId: data.serviceId } });
};

export const platformStream = defineStream<PlatformFact, Platform>({
  category: 'platform',
  title: { ar: 'منصة', en: 'Platform' },
  events: platformEvents,
  opening: ['gov.sijill.platform.launched.v1'],
  stewardOnly: [],
  id: ({ platformId }) => platformId,
  references: ({ type, data }): readonly Reference[] => {
    if (type === 'gov.sijill.platform.launched.v1')
      return [{ category: 'entity', id: data.operatorEntityId, pointer: '#/data/operatorEntityId' }];
    // A service that is taken off the list was on it, and so proven.
    if (type === 'gov.sijill.platform.serviceAdded.v1')
      return [{ category: 'service', id: data.serviceId, pointer: '#/data/serviceId' }];
    return [];
  },
  owners: ({ type, data }, platform) => {
    if (type === 'gov.sijill.platform.launched.v1') return [data.operatorEntityId];
    return platform.is === 'none' ? [] : [platform.launched.operatorEntityId];
  },
  facts: (platform) => (platform.is === 'none' ? undefined : { operatorEntityId: platform.launched.operatorEntityId }),
  decider: platformDecider,
});
