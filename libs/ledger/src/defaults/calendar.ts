import { AE_DU } from '#kernel';
import { type DefaultFact, item } from './item.js';

/** Weeks of `ae-du@1`. Holidays are declared by stewards, for many of them are known only days before. */
export const defaultCalendar = (): readonly DefaultFact[] =>
  AE_DU.weeks.map(({ from, weekStart, workingDays, halfDays }) =>
    item('gov.sijill.calendar.weekSet.v1', 'calendar', `${AE_DU.calendarId}@${AE_DU.version}:${from}`, {
      calendarId: AE_DU.calendarId,
      zone: AE_DU.zone,
      workingDays,
      halfDays,
      weekStart,
      fiscalYearStart: '01-01',
      from,
    }),
  );
