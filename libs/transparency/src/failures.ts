import type { FailureTable } from '#kernel';

/** Failures of moving a journal. */
export const copyFailures = {
  'copy.noPrefix': {
    kind: 'refused',
    en: 'The target holds another journal: the first {events} events are those of the source, what follows is not. Nothing was written.',
    ar: 'يحتوي الهدف على سجل آخر: أول {events} من أحداثه هي أحداث المصدر وما بعدها ليس منها. لم يُكتب شيء.',
  },
  'copy.differs': {
    kind: 'corrupt',
    en: 'The copy is not the journal: the source has {source}, the target {target} (events, root). Do not use the target.',
    ar: 'النسخة لا تطابق السجل: المصدر {source} والهدف {target} (عدد الأحداث والجذر). لا تستخدم الهدف.',
  },
} as const satisfies FailureTable;
