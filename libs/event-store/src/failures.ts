import { type FailureTable, failingWith } from '#kernel';

/**
 * Every code of the event store. `subject.erased` is thrown by the caller of `append`.
 */
export const eventStoreFailures = {
  'append.invalid': {
    kind: 'invalid',
    en: 'This append is not well formed: {reason}.',
    ar: 'طلب الإلحاق غير سليم: {reason}.',
  },
  'append.tooLarge': {
    kind: 'tooLarge',
    en: 'The append holds {bytes} bytes; at most {most} are accepted.',
    ar: 'حجم الإلحاق {bytes} بايت، والحد الأقصى {most} بايت.',
  },
  'read.invalid': {
    kind: 'invalid',
    en: 'This read is not well formed: {reason}.',
    ar: 'طلب القراءة غير سليم: {reason}.',
  },
  'stream.conflict': {
    kind: 'conflict',
    isRetryable: true,
    en: 'The stream was expected at {expected} but is at {actual}. Nothing was written.',
    ar: 'كان المتوقع أن يكون آخر السلسلة عند {expected} لكنه عند {actual}. لم يُكتب شيء.',
  },
  'stream.full': {
    kind: 'conflict',
    en: 'The stream would pass its limit of {most} events.',
    ar: 'ستتجاوز السلسلة حدّها الأقصى وهو {most} حدث.',
  },
  'stream.deleted': {
    kind: 'corrupt',
    en: 'The stream was deleted behind the back of the ledger.',
    ar: 'حُذفت السلسلة من خارج السجل.',
  },
  'subject.erased': {
    kind: 'conflict',
    en: 'The person of this event was erased, or is about to be: nothing personal is recorded or compared any more.',
    ar: 'مُحيت بيانات صاحب هذا الحدث أو هي قيد المحو، فلا تُسجَّل بياناته الشخصية ولا تُقارَن بعد الآن.',
  },
  'store.outcomeUnknown': {
    kind: 'unavailable',
    isRetryable: true,
    en: 'It is not known whether the events were written. Send them again with the same source and id to find out.',
    ar: 'لا يُعرف هل كُتبت الأحداث أم لا. أعد إرسالها بالمصدر والمعرّف نفسيهما لمعرفة النتيجة.',
  },
  'store.unavailable': {
    kind: 'unavailable',
    isRetryable: true,
    en: 'The event store cannot be reached. Nothing was written.',
    ar: 'تعذّر الوصول إلى مخزن الأحداث. لم يُكتب شيء.',
  },
  'store.overloaded': {
    kind: 'unavailable',
    isRetryable: true,
    en: 'Too many events are waiting to be written. Nothing of this append was written.',
    ar: 'عدد الأحداث المنتظرة للكتابة كبير جداً. لم يُكتب شيء من هذا الإلحاق.',
  },
  'store.full': {
    kind: 'full',
    isRetryable: true,
    en: 'The event store has no space left. Nothing was written.',
    ar: 'نفدت مساحة مخزن الأحداث. لم يُكتب شيء.',
  },
  'store.denied': {
    kind: 'unavailable',
    en: 'The event store refused our credentials or rights.',
    ar: 'رفض مخزن الأحداث بيانات الدخول أو الصلاحيات.',
  },
  'store.unsafe': {
    kind: 'unavailable',
    en: 'This event store is not used as it is set: {setting} is {value}, needed is {needed}.',
    ar: 'لا يُستخدم مخزن الأحداث بهذه الإعدادات: قيمة {setting} هي {value} والمطلوب {needed}.',
  },
  'store.corrupt': {
    kind: 'corrupt',
    en: 'The journal is not as it must be: {reason}. Reading stopped.',
    ar: 'حالة السجل غير سليمة: {reason}. توقفت القراءة.',
  },
} as const satisfies FailureTable;

export const refuse = failingWith(eventStoreFailures);
