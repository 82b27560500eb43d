import { SIMULATED_YEAR } from '../span.js';

/** What the programmes have on their agenda in the simulated year, all days in Dubai. */
const day = (monthAndDay: string): string => `${SIMULATED_YEAR}-${monthAndDay}`;

export interface Edition {
  readonly campaignId: string;
  readonly edition: number;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly announcedOn: string;
  readonly frozenOn: string;
}

/** One day first, then a week of five working days. */
export const EDITIONS: readonly Edition[] = [
  {
    campaignId: 'no-centres-1',
    edition: 1,
    firstDay: day('04-23'),
    lastDay: day('04-23'),
    announcedOn: day('04-09'),
    frozenOn: day('04-30'),
  },
  {
    campaignId: 'no-centres-2',
    edition: 2,
    firstDay: day('05-19'),
    lastDay: day('05-23'),
    announcedOn: day('05-05'),
    frozenOn: day('06-02'),
  },
];

export interface Disruption {
  readonly disruptionId: string;
  readonly jurisdiction: 'AE' | 'AE-DU';
  readonly kind: 'epidemic' | 'weather';
  readonly ar: string;
  readonly en: string;
  readonly firstDay: string;
  readonly lastDay: string;
}

/** Three weeks for the federal entities, three days for the city. */
export const DISRUPTIONS: readonly Disruption[] = [
  {
    disruptionId: 'rain-march',
    jurisdiction: 'AE-DU',
    kind: 'weather',
    ar: 'أمطار غزيرة على الإمارة',
    en: 'Heavy rain over the emirate',
    firstDay: day('03-11'),
    lastDay: day('03-13'),
  },
  {
    disruptionId: 'flu-september',
    jurisdiction: 'AE',
    kind: 'epidemic',
    ar: 'موجة إنفلونزا موسمية',
    en: 'Seasonal wave of influenza',
    firstDay: day('09-01'),
    lastDay: day('09-21'),
  },
];

export const HALF = `${SIMULATED_YEAR}-H1`;
export const HALF_FIRST_DAY = day('01-01');
export const HALF_LAST_DAY = day('06-30');
export const HALF_FROZEN_ON = day('07-30');
export const RESULTS_ANNOUNCED_ON = day('08-02');

/** Holidays, some of them told only when the moon was sighted. */
export const HOLIDAYS: readonly (readonly [day: string, ar: string, en: string, toldOn: string])[] = [
  [day('01-01'), 'رأس السنة الميلادية', 'New Year’s Day', day('01-01')],
  [day('03-30'), 'عيد الفطر', 'Eid al-Fitr', day('03-29')],
  [day('03-31'), 'عيد الفطر', 'Eid al-Fitr', day('03-29')],
  [day('04-01'), 'عيد الفطر', 'Eid al-Fitr', day('03-29')],
  [day('06-05'), 'وقفة عرفة', 'Arafat Day', day('05-27')],
  [day('06-06'), 'عيد الأضحى', 'Eid al-Adha', day('05-27')],
  [day('12-02'), 'عيد الاتحاد', 'National Day', day('11-20')],
  [day('12-03'), 'عيد الاتحاد', 'National Day', day('11-20')],
];

const isIn = (at: string, { firstDay, lastDay }: { firstDay: string; lastDay: string }): boolean =>
  at >= firstDay && at <= lastDay;

export const editionOn = (at: string): Edition | undefined => EDITIONS.find((edition) => isIn(at, edition));

/** Share of digital channels on a day, moved by what was on the agenda: much while it lasts, a little for good. */
export const digitalShareOn = (at: string, entityId: string, share: number): number => {
  const jurisdiction = entityId.startsWith('ae.') ? 'AE' : 'AE-DU';
  if (DISRUPTIONS.some((one) => one.jurisdiction === jurisdiction && isIn(at, one))) return 0.97;
  if (jurisdiction === 'AE') return share;
  if (editionOn(at)) return 0.985;
  return Math.min(0.97, share + 0.03 * EDITIONS.filter(({ lastDay }) => lastDay < at).length);
};
