import { fact, given } from '../given.contract.js';
import { calendarStream } from './calendar.decider.js';
import type { CalendarWeekSet } from './calendar.events.js';

const calendar = given(calendarStream);
const calendarId = 'ae-du';
const week = (more: Partial<CalendarWeekSet> = {}) =>
  fact('gov.sijill.calendar.weekSet.v1', {
    calendarId,
    zone: 'Asia/Dubai',
    workingDays: ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday'] as CalendarWeekSet['workingDays'],
    halfDays: [],
    weekStart: 'sunday' as const,
    fiscalYearStart: '01-01',
    from: '1900-01-01',
    ...more,
  });
const newWeek = week({
  workingDays: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  halfDays: ['friday'],
  weekStart: 'monday',
  from: '2022-01-01',
});
const declared = (en: string) =>
  fact('gov.sijill.calendar.holidayDeclared.v1', { calendarId, day: '2024-06-16', title: { en } });
const revoked = fact('gov.sijill.calendar.holidayRevoked.v1', { calendarId, day: '2024-06-16' });

describe('A calendar', () => {
  test('sets its week from a day on, once', () => {
    calendar().when(week()).isRecorded();
    calendar(week()).when(week()).isAlreadySo();
    calendar(week()).when(newWeek).isRecorded();
    calendar(week(), newWeek).when(week()).isAlreadySo();
  });
  test('has half days among its working days only', () =>
    calendar()
      .when(week({ halfDays: ['friday'] }))
      .refuses('event.invalid'));
  test('has a week before it has holidays', () => {
    calendar().when(declared('Eid')).refuses('calendar.unknown');
    calendar().when(revoked).refuses('calendar.unknown');
  });
  test('declares a holiday once under a title', () => {
    calendar(week()).when(declared('Eid')).isRecorded();
    calendar(week(), declared('Eid')).when(declared('Eid')).isAlreadySo();
    calendar(week(), declared('Eid')).when(declared('Eid al-Adha')).isRecorded();
  });
  test('revokes only what was declared', () => {
    calendar(week()).when(revoked).refuses('entry.unknown', { id: '2024-06-16' });
    calendar(week(), declared('Eid')).when(revoked).isRecorded();
    calendar(week(), declared('Eid'), revoked).when(revoked).isAlreadySo();
    calendar(week(), declared('Eid'), revoked).when(declared('Eid')).isRecorded();
  });
});
