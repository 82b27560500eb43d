import type { FailureTable } from '#kernel';

export const campaignFailures = {
  'campaign.badDates': {
    kind: 'refused',
    en: 'An edition has 1 to 92 days; from {firstDay} to {lastDay} there are {days}.',
    ar: 'مدة الدورة من يوم واحد إلى 92 يوماً؛ والمدة من {firstDay} إلى {lastDay} تساوي {days}.',
  },
  'campaign.frozen': {
    kind: 'refused',
    en: 'The figures of the campaign {campaignId} are frozen, so its scope no longer changes.',
    ar: 'جُمِّدت أرقام الحملة {campaignId}، فلا يتغير نطاقها بعد ذلك.',
  },
  'campaign.notInScope': {
    kind: 'refused',
    en: 'The entity {entityId} is not in the scope of the campaign {campaignId}.',
    ar: 'الجهة {entityId} خارج نطاق الحملة {campaignId}.',
  },
  'campaign.notStarted': {
    kind: 'refused',
    en: 'The campaign {campaignId} has not started, so it cannot end.',
    ar: 'الحملة {campaignId} لم تبدأ بعد، فلا يمكن إنهاؤها.',
  },
  'campaign.started': {
    kind: 'refused',
    en: 'The campaign {campaignId} has started and can only end.',
    ar: 'بدأت الحملة {campaignId}، فلا يمكن إلغاؤها بل إنهاؤها فقط.',
  },
  'campaign.notEnded': {
    kind: 'refused',
    en: 'The campaign {campaignId} has not ended, so its figures cannot be frozen.',
    ar: 'الحملة {campaignId} لم تنتهِ بعد، فلا يمكن تجميد أرقامها.',
  },
} as const satisfies FailureTable;
