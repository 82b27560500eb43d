import type { FailureTable } from '#kernel';

export const stampFailures = {
  'stamp.notGovernment': {
    kind: 'refused',
    en: 'The entity {entityId} is {kind}. Only entities of the government are assessed for the stamp.',
    ar: 'الجهة {entityId} من نوع {kind}، ولا يُقيَّم لنيل الختم إلا الجهات الحكومية.',
  },
  'assessment.notOpen': {
    kind: 'refused',
    en: 'No assessment of {entityId} was opened for {half}.',
    ar: 'لم يُفتح تقييم للجهة {entityId} عن النصف {half}.',
  },
  'assessment.announced': {
    kind: 'conflict',
    en: 'Another result of {half} was announced on {announcedOn}. Reopen the assessment first.',
    ar: 'أُعلنت في {announcedOn} نتيجة أخرى للنصف {half}. أعِد فتح التقييم أولاً.',
  },
  'assessment.notAnnounced': {
    kind: 'refused',
    en: 'No result of {half} stands announced: there is nothing to reopen.',
    ar: 'لا توجد نتيجة معلنة للنصف {half}، فليس هناك ما يُعاد فتحه.',
  },
  'stamp.notAnnounced': {
    kind: 'refused',
    en: 'The stamp follows an announced result. None stands for {half}.',
    ar: 'يُمنح الختم بناءً على نتيجة معلنة، ولا توجد نتيجة معلنة للنصف {half}.',
  },
  'stamp.belowWhole': {
    kind: 'refused',
    en: 'The stamp needs every unit: services {services} and internal {internal} were announced for {half}.',
    ar: 'يشترط الختم اكتمال جميع الوحدات، والمعلن للنصف {half}: الخدمات {services} والبيئة الداخلية {internal}.',
  },
  'stamp.wrongClass': {
    kind: 'refused',
    en: 'The entity was assessed in the class {announced}, and the stamp would be conferred in {wanted}.',
    ar: 'قُيِّمت الجهة ضمن الفئة {announced} بينما يُراد منح الختم ضمن الفئة {wanted}.',
  },
  'stamp.withdrawn': {
    kind: 'refused',
    en: 'The stamp of {half} was withdrawn. Only that of another half can be conferred.',
    ar: 'سُحب ختم النصف {half}، ولا يمكن منح الختم إلا عن نصف آخر.',
  },
  'stamp.notHeld': {
    kind: 'refused',
    en: 'The stamp of {half} is not held: its state is {mark}.',
    ar: 'الختم غير قائم للنصف {half}، وحالته {mark}.',
  },
  'stamp.notSuspended': {
    kind: 'refused',
    en: 'The stamp of {half} was not suspended by an event: its state is {mark}.',
    ar: 'لم يُعلَّق ختم النصف {half} بحدث، وحالته {mark}.',
  },
} as const satisfies FailureTable;
