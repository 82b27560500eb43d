import { refuse, refuseUnknown, sameContent } from '../failures.js';
import { inForce, type Spans, withSpan } from '../rules/in-force.js';
import { refuseInvalid } from '../rules/structure.js';
import type { Lang } from '../shapes.js';
import { type Decider, defineStream } from '../stream.js';
import { type CalendarFact, type CalendarWeekSet, calendarEvents } from './calendar.events.js';

/** Title of a holiday, or that it was one and is none any more. */
type Holiday = Lang | 'revoked';

export type Calendar =
  | { readonly is: 'none' }
  | {
      readonly is: 'set';
      readonly weeks: Spans<Readonly<CalendarWeekSet>>;
      readonly holidays: ReadonlyMap<string, Holiday>;
    };

export const calendarDecider: Decider<CalendarFact, Calendar> = {
  initial: { is: 'none' },
  decide(fact, calendar) {
    const { type, data } = fact;
    if (type === 'gov.sijill.calendar.weekSet.v1') {
      assertHalfDaysWorked(type, data);
      const before = calendar.is === 'none' ? undefined : inForce(calendar.weeks, data.from);
      return isSameWeek(before, data) ? [] : [fact];
    }
    if (calendar.is === 'none') throw refuseUnknown('calendar', data.calendarId);
    const holiday = calendar.holidays.get(data.day);
    switch (type) {
      case 'gov.sijill.calendar.holidayDeclared.v1':
        return sameContent(holiday, data.title) ? [] : [fact];
      case 'gov.sijill.calendar.holidayRevoked.v1':
        if (holiday === undefined) throw refuse('entry.unknown', { params: { id: data.day } });
        return holiday === 'revoked' ? [] : [fact];
    }
  },
  evolve(calendar, { type, data }) {
    const { weeks, holidays } = calendar.is === 'none' ? NOTHING : calendar;
    switch (type) {
      case 'gov.sijill.calendar.weekSet.v1':
        return { is: 'set', weeks: withSpan(weeks, data.from, data), holidays };
      case 'gov.sijill.calendar.holidayDeclared.v1':
        return { is: 'set', weeks, holidays: new Map(holidays).set(data.day, data.title) };
      case 'gov.sijill.calendar.holidayRevoked.v1':
        return { is: 'set', weeks, holidays: new Map(holidays).set(data.day, 'revoked') };
    }
  },
};

const NOTHING = { weeks: [], holidays: new Map<string, Holiday>() };

/** The rule in force on the day already says this, whenever it began. */
const isSameWeek = (before: Readonly<CalendarWeekSet> | undefined, wanted: Readonly<CalendarWeekSet>): boolean =>
  before !== undefined && sameContent(before, wanted, ['from']);

const assertHalfDaysWorked = (type: string, { workingDays, halfDays }: Readonly<CalendarWeekSet>): void => {
  const faults = halfDays.flatMap((day, at) =>
    workingDays.includes(day) ? [] : [{ pointer: `#/data/halfDays/${at}`, ...NOT_WORKED, received: day }],
  );
  if (faults.length > 0) throw refuseInvalid(type, faults);
};

const NOT_WORKED = {
  code: 'halfDay.notWorked',
  text: { ar: 'نصف يوم العمل يجب أن يكون من أيام العمل', en: 'A half day is one of the working days' },
  expected: 'a day of workingDays',
} as const;

export const calendarStream = defineStream<CalendarFact, Calendar>({
  category: 'calendar',
  title: { ar: 'تقويم', en: 'Calendar' },
  events: calendarEvents,
  opening: ['gov.sijill.calendar.weekSet.v1'],
  stewardOnly: [
    'gov.sijill.calendar.weekSet.v1',
    'gov.sijill.calendar.holidayDeclared.v1',
    'gov.sijill.calendar.holidayRevoked.v1',
  ],
  id: ({ calendarId }) => calendarId,
  references: () => [],
  owners: () => [],
  decider: calendarDecider,
});
