import type { DataSetDescription } from '../read-model.js';

/** The registers as a data set. Attributes of programmes are null for the other kinds. */
export const registersDescription: DataSetDescription = {
  name: 'registers',
  title: { ar: 'السجلات المرجعية', en: 'Registers' },
  grain: {
    ar: 'بند في سجل وإصداره؛ مع يوم سريان: الإصدارات السارية فيه وحدها',
    en: 'register item and version; with an effective day: only the versions in force on it',
  },
  dimensions: {
    kind: {
      title: { ar: 'السجل', en: 'Register' },
      values: ['factor', 'kpi', 'policy', 'calendar', 'holiday', 'programme', 'milestone', 'activity'],
    },
    id: { title: { ar: 'البند', en: 'Item' } },
    version: { title: { ar: 'الإصدار', en: 'Version' } },
    title: { title: { ar: 'العنوان', en: 'Title' } },
    owner: { title: { ar: 'الجهة المالكة للبرنامج', en: 'Owner of the programme' } },
    parent: { title: { ar: 'البرنامج الذي ينتمي إليه', en: 'Programme it belongs to' } },
    target: { title: { ar: 'الموعد المستهدف', en: 'Target day' } },
    axis: { title: { ar: 'المحور أو الغاية', en: 'Axis or goal' } },
    activity_kind: {
      title: { ar: 'نوع النشاط', en: 'Kind of activity' },
      values: ['forum', 'workshop', 'team', 'awareness', 'meeting', 'lecture'],
    },
    category: { title: { ar: 'فئة المتعاملين المعنية', en: 'Customer category concerned' } },
  },
  measures: {
    items: { title: { ar: 'البنود', en: 'Items' }, unit: 'item' },
    participants: { title: { ar: 'المشاركون في الأنشطة', en: 'Participants of activities' }, unit: 'person' },
  },
  grains: [],
  publicBy: ['kind'],
  kpis: [],
  knownAtBasis: 'recorded',
};

/** A text as it is shown where one language must do: Arabic first. */
const textSql = (json: string): string => `coalesce(${json} ->> 'ar', ${json} ->> 'en', ${json} ->> 'fr')`;

/** Dimension → SQL of its value for a row of alias `v`. */
const VALUES: Readonly<Record<string, string>> = {
  kind: 'v.kind',
  id: 'v.id',
  version: 'v.version',
  title: textSql(`(v.content -> 'title')`),
  owner: `v.content ->> 'ownerEntityId'`,
  parent: `case v.kind when 'programme' then v.content ->> 'parentId' else v.content ->> 'programmeId' end`,
  target: `v.content ->> 'targetDay'`,
  axis: 'x.axis',
  activity_kind: `case v.kind when 'activity' then v.content ->> 'kind' end`,
  category: `v.content ->> 'customerCategory'`,
};

/** Fails for a name that the data set does not have: nothing else may reach the SQL. */
export const valueSql = (dimension: string): string => {
  const sql = VALUES[dimension];
  if (sql === undefined) throw new TypeError(`registers has no dimension ${dimension}`);
  return `(${sql})::text collate "C"`;
};

/** SQL: the axes of each row, one with null where it names none: joined where `axis` is asked. */
export const AXES = `(select a.kind, a.id, a.version, ${textSql('e.axis')} as axis from register_version a
  left join lateral jsonb_array_elements(a.content -> 'axes') e (axis) on true)`;
export const OF_ROW = 'x.kind = v.kind and x.id = v.id and x.version = v.version';
