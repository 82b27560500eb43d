import { refuseExists, refuseUnknown, sameContent } from '../failures.js';
import { type Decider, defineStream } from '../stream.js';
import { type ViewsCounted, type ViewsFact, viewsEvents } from './views.events.js';

export type Views =
  | { readonly is: 'none' }
  | { readonly is: 'counted'; readonly counted: Readonly<ViewsCounted>; readonly views: number };

export const viewsDecider: Decider<ViewsFact, Views> = {
  initial: { is: 'none' },
  decide(fact, views) {
    switch (fact.type) {
      case 'gov.sijill.views.counted.v1':
        if (views.is === 'none') return [fact];
        if (sameContent(views.counted, fact.data)) return [];
        throw refuseExists('views', viewsId(fact.data));
      case 'gov.sijill.views.corrected.v1':
        if (views.is === 'none') throw refuseUnknown('views', viewsId(fact.data));
        return views.views === fact.data.views ? [] : [fact];
    }
  },
  evolve(views, { type, data }) {
    switch (type) {
      case 'gov.sijill.views.counted.v1':
        return { is: 'counted', counted: data, views: data.views };
      case 'gov.sijill.views.corrected.v1':
        return views.is === 'counted' ? { ...views, views: data.views } : views;
    }
  },
};

const viewsId = ({ platformId, infoId, day }: ViewsFact['data']): string => `${platformId}:${infoId}:${day}`;

export const viewsStream = defineStream<ViewsFact, Views>({
  category: 'views',
  title: { ar: 'مشاهدات', en: 'Views' },
  events: viewsEvents,
  opening: ['gov.sijill.views.counted.v1'],
  stewardOnly: [],
  id: viewsId,
  references: ({ data }) => [{ category: 'platform', id: data.platformId, pointer: '#/data/platformId' }],
  owners: ({ data }, _views, context) => {
    const platform = context.refer('platform', data.platformId);
    return platform ? [platform.operatorEntityId] : [];
  },
  decider: viewsDecider,
});
