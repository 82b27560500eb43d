import { SIMULATED_YEAR } from '../span.js';
import { HOLIDAYS } from './agenda.js';
import type { Chronicle } from './chronicle.js';

const OPERATOR = 'digital';
const STEWARD = `${OPERATOR}:office`;

interface Programme {
  readonly id: string;
  readonly ownerEntityId: string;
  readonly kind: 'track' | 'strategy' | 'initiative' | 'series';
  readonly ar: string;
  readonly en: string;
  readonly parentId?: string;
  readonly targetDay?: string;
  readonly partner?: string;
  readonly axes?: readonly { readonly ar: string; readonly en: string }[];
}

export const SERIES = 'no-centres';

const PROGRAMMES: readonly Programme[] = [
  {
    id: 'dubai-council',
    ownerEntityId: OPERATOR,
    kind: 'track',
    ar: 'المسارات التنموية لمجلس دبي',
    en: 'Development tracks of Dubai Council',
  },
  {
    id: 'government-development',
    ownerEntityId: OPERATOR,
    kind: 'track',
    ar: 'مسار التطوير الحكومي',
    en: 'Government development track',
    parentId: 'dubai-council',
  },
  {
    id: 'paperless-strategy',
    ownerEntityId: OPERATOR,
    kind: 'strategy',
    ar: 'استراتيجية دبي للمعاملات اللاورقية',
    en: 'Dubai Paperless Strategy',
    parentId: 'government-development',
    targetDay: '2021-12',
  },
  {
    id: 'paperless-stamp',
    ownerEntityId: OPERATOR,
    kind: 'initiative',
    ar: 'ختم «100% لاورقية»',
    en: '100% Paperless stamp',
    parentId: 'paperless-strategy',
  },
  {
    id: SERIES,
    ownerEntityId: 'finance',
    kind: 'series',
    ar: 'أسبوع بلا مراكز خدمة',
    en: 'Week without service centres',
    axes: [{ ar: 'حكومة رائدة', en: 'Pioneering government' }],
  },
  {
    id: 'services-catalogue',
    ownerEntityId: OPERATOR,
    kind: 'initiative',
    ar: 'نظام قاعدة الخدمات الحكومية',
    en: 'Government services catalogue',
    axes: [{ ar: 'مجتمع المعرفة واقتصاد المعرفة', en: 'Knowledge society and economy' }],
  },
  {
    id: 'federal-continuity',
    ownerEntityId: 'ae.continuity',
    kind: 'initiative',
    ar: 'استمرارية الحكومة الاتحادية',
    en: 'Continuity of the federal government',
  },
  {
    id: 'data-sharing',
    ownerEntityId: OPERATOR,
    kind: 'initiative',
    ar: 'مجموعة أدوات تبادل البيانات',
    en: 'Data sharing toolkit',
    partner: 'Nesta',
  },
];

const day = (monthAndDay: string): string => `${SIMULATED_YEAR}-${monthAndDay}`;

const ACTIVITIES = [
  [
    'services-catalogue',
    'forum-2',
    'forum',
    'الملتقى الثاني للخدمات الحكومية',
    'Second forum of government services',
    day('02-18'),
    200,
  ],
  [
    'services-catalogue',
    'team-citizen',
    'team',
    'فريق خدمات المواطنين',
    'Team for services to citizens',
    day('02-25'),
    12,
  ],
  [
    'services-catalogue',
    'team-business',
    'team',
    'فريق خدمات قطاع الأعمال',
    'Team for services to business',
    day('02-26'),
    14,
  ],
  [
    'services-catalogue',
    'workshop-paths',
    'workshop',
    'ورشة مسارات الخدمة',
    'Workshop on service paths',
    day('03-19'),
    45,
  ],
  [
    'paperless-strategy',
    'meeting-1',
    'meeting',
    'اجتماع مديري التحول اللاورقي',
    'Meeting of the paperless champions',
    day('01-21'),
    45,
  ],
  [
    'federal-continuity',
    'awareness-1',
    'awareness',
    'حملة «خدماتك من بيتك»',
    'Campaign “Services from home”',
    day('09-03'),
    18_000,
  ],
  [
    'data-sharing',
    'lecture-1',
    'lecture',
    'محاضرة في أخلاقيات تبادل البيانات',
    'Lecture on the ethics of sharing data',
    day('10-15'),
    80,
  ],
] as const;

const MILESTONES = [
  ['paperless-strategy', 'phase-4', day('01-31')],
  ['services-catalogue', 'arabic-complete', day('06-15')],
  ['data-sharing', 'toolkit-published', day('10-01')],
] as const;

/** Programmes and what became of them; the registers of programmes are opened with the others. */
export const tellStrategies = (chronicle: Chronicle, openingDay: string): void => {
  for (const { id, ar, en, ...rest } of PROGRAMMES) {
    const data = { programmeId: id, title: { ar, en }, ...rest };
    chronicle.tell(openingDay, 10, {
      noun: 'programme.registered',
      source: STEWARD,
      role: 'steward',
      data,
      effect: { programmes: 1 },
    });
  }
  for (const [programmeId, activityId, kind, ar, en, on, participants] of ACTIVITIES) {
    const data = { programmeId, activityId, kind, title: { ar, en }, day: on, participants };
    const effect = { activities: 1, participants };
    chronicle.tell(on, 17, { noun: 'programme.activityHeld', source: STEWARD, role: 'steward', data, effect });
  }
  for (const [programmeId, milestone, on] of MILESTONES) {
    const data = { programmeId, milestone, day: on };
    chronicle.tell(on, 18, {
      noun: 'programme.milestoneReached',
      source: STEWARD,
      role: 'steward',
      data,
      effect: { milestones: 1 },
    });
  }
  for (const [on, ar, en, toldOn] of HOLIDAYS) {
    const data = { calendarId: 'ae-du', day: on, title: { ar, en } };
    chronicle.tell(toldOn, 9, {
      noun: 'calendar.holidayDeclared',
      source: STEWARD,
      role: 'steward',
      data,
      effect: { holidays: 1 },
    });
  }
};
