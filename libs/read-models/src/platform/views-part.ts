import type { Part } from '../part.js';
import { PlatformViewsDay } from './tables.js';

interface ViewsState {
  readonly views: number;
}

/** Pages of information are viewed, never transacted: they have a cube of their own and meet transactions in no sum. */
export const viewsPart: Part = {
  name: 'views',
  version: 1,
  cubes: [PlatformViewsDay],
  rows: [],
  types: ['gov.sijill.views.counted.v1', 'gov.sijill.views.corrected.v1'],
  keys: ({ stream }) => [stream],
  apply({ stream, data, knownDay }, page) {
    const before = page.get<ViewsState>(stream)?.views ?? 0;
    const views = Number(data.views);
    page.set<ViewsState>(stream, { views });
    const subject = { platform: String(data.platformId), info: String(data.infoId) };
    page.add(PlatformViewsDay, { effectiveDay: String(data.day), knownDay }, subject, { views: views - before });
  },
};
