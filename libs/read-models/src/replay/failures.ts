import { type FailureTable, failingWith } from '#kernel';

export const replayFailures = {
  'replay.unknown': {
    kind: 'missing',
    en: 'There is no replay {id}.',
    ar: 'لا توجد إعادة بناء بالرقم {id}.',
  },
  'replay.unfinished': {
    kind: 'conflict',
    en: 'The replay {id} is {state}; only one that is done can be read or compared with.',
    ar: 'حالة إعادة البناء {id} هي {state}، ولا تُقرأ أو تُقارن إلا المكتملة منها.',
  },
  'replay.finished': {
    kind: 'conflict',
    en: 'The rebuild {id} is {state}; there is nothing left to do to it.',
    ar: 'حالة إعادة البناء {id} هي {state}، ولم يبق فيها إجراء ممكن.',
  },
  'replay.otherProjection': {
    kind: 'refused',
    en: 'The replay {id} is of {projection}.',
    ar: 'إعادة البناء {id} تخص القراءة {projection}.',
  },
  'replay.otherVersion': {
    kind: 'conflict',
    en: 'The replay {id} was folded by version {version} of the projection, which is not the one in force.',
    ar: 'نُفذت إعادة البناء {id} بالإصدار {version} من القراءة، وهو ليس الإصدار المعمول به.',
  },
  'replay.beyondHead': {
    kind: 'invalid',
    en: 'The journal ends at position {head}; nothing is known at {position} yet.',
    ar: 'ينتهي السجل عند الموضع {head}، ولا يُعلم شيء بعد عند {position}.',
  },
  'replay.tooMany': {
    kind: 'tooMany',
    isRetryable: true,
    en: 'A client has at most {most} replays under way.',
    ar: 'لا يزيد عدد عمليات إعادة البناء الجارية لكل عميل على {most}.',
  },
  'replay.tooLarge': {
    kind: 'refused',
    en: 'The replays of a client hold at most {most} rows together. Cancel one that is no longer needed.',
    ar: 'لا يزيد مجموع صفوف عمليات إعادة البناء لكل عميل على {most} صف. ألغ ما لم تعد بحاجة إليه.',
  },
  'idempotencyKey.reused': {
    kind: 'invalid',
    en: 'This Idempotency-Key was used for another request.',
    ar: 'استُخدم مفتاح Idempotency-Key هذا لطلب آخر.',
  },
} as const satisfies FailureTable;
export const refuse = failingWith(replayFailures);
