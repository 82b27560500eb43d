import type { FailureTable } from '#kernel';

export const serviceFailures = {
  'service.noAudience': {
    kind: 'refused',
    en: 'The service {serviceId} needs at least one customer category.',
    ar: 'يجب أن تخدم الخدمة {serviceId} فئة متعاملين واحدة على الأقل.',
  },
  'service.flowMismatch': {
    kind: 'refused',
    en: 'The category {category} does not occur in the flow {flow} of the service.',
    ar: 'الفئة {category} لا تقع ضمن مسار الخدمة ({flow}).',
  },
  'service.channelNotOffered': {
    kind: 'refused',
    en: 'The service is not offered on the channel {channel}.',
    ar: 'الخدمة غير مقدّمة عبر القناة {channel}.',
  },
  'service.sharesNotWhole': {
    kind: 'refused',
    en: 'The electronic and the manual share make {sum} and not 10,000 hundredths of a per cent.',
    ar: 'مجموع نسبتي الإجراءين الإلكتروني واليدوي {sum}، ويجب أن يكون 10000 جزء من عشرة آلاف.',
  },
  'service.notShared': {
    kind: 'refused',
    en: '{sharedServiceId} is not a shared service.',
    ar: '{sharedServiceId} ليست خدمة مشتركة.',
  },
  'service.notSuspended': {
    kind: 'refused',
    en: 'The service {serviceId} is not suspended.',
    ar: 'الخدمة {serviceId} غير معلّقة.',
  },
  'service.retired': {
    kind: 'refused',
    en: 'The service {serviceId} was retired on {from}.',
    ar: 'أُوقفت الخدمة {serviceId} نهائياً في {from}.',
  },
  'service.selfSuccessor': {
    kind: 'refused',
    en: 'The service {serviceId} cannot succeed itself.',
    ar: 'لا يمكن أن تخلف الخدمة {serviceId} نفسها.',
  },
} as const satisfies FailureTable;
