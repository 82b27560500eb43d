import type { FailureTable } from '#kernel';

export const kpiFailures = {
  'kpi.versionUnknown': {
    kind: 'invalid',
    en: 'KPI {kpi} has no version {version}. Known: {known}. Name one of them in kpi_version, or adopt the new one.',
    ar: 'لا يوجد للمؤشر {kpi} إصدار {version}. الإصدارات المعروفة: {known}. اذكر أحدها في kpi_version أو اعتمد الإصدار الجديد.',
  },
  'kpi.notInForce': {
    kind: 'invalid',
    en: 'No version of KPI {kpi} is in force on {day}: {known} are retired. Name one of them in kpi_version.',
    ar: 'لا يسري أي إصدار للمؤشر {kpi} في {day}، فقد أُوقف العمل بالإصدارات {known}. اذكر أحدها في kpi_version.',
  },
  'kpi.notHere': {
    kind: 'invalid',
    en: 'Data set {dataset} does not carry the KPI {kpi}. It carries: {known}.',
    ar: 'مجموعة البيانات {dataset} لا تتضمن المؤشر {kpi}. المؤشرات التي تتضمنها: {known}.',
  },
  'kpi.notDefinedHere': {
    kind: 'invalid',
    en: 'Version {version} of KPI {kpi} is not defined over the data set {dataset}. Ask {datasets}, or name another version in kpi_version.',
    ar: 'الإصدار {version} من المؤشر {kpi} غير معرَّف على مجموعة البيانات {dataset}. اطلبه من {datasets} أو اذكر إصداراً آخر في kpi_version.',
  },
  'kpi.notComputable': {
    kind: 'invalid',
    en: 'Version {version} of KPI {kpi} asks for what the data set {dataset} does not have: {missing}. Name another version in kpi_version.',
    ar: 'يطلب الإصدار {version} من المؤشر {kpi} ما لا يوجد في مجموعة البيانات {dataset}: {missing}. اذكر إصداراً آخر في kpi_version.',
  },
} as const satisfies FailureTable;
