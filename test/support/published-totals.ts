import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import type { PostedFact } from './read-models.js';

/** Rows of a public file as cells of text, header first. A small reader of its own: it must not share faults with the importers. */
const rowsOf = (path: string, delimiter = ','): string[][] =>
  parse(readFileSync(path, 'utf8'), { delimiter, relax_column_count: true, skip_empty_lines: true, bom: true });

const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[^\x20-\x7e]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const monthOf = (name: string): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase()) + 1;
const pad = (number: number): string => String(number).padStart(2, '0');
const lastDay = (year: number, month: number): string => new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);

export interface Span {
  readonly freq: string;
  readonly periodStart: string;
  readonly periodEnd: string;
}

const span = (freq: string, year: number, month: number, months: number): Span => {
  const end = year * 12 + month - 1 + months - 1;
  return {
    freq,
    periodStart: `${year}-${pad(month)}-01`,
    periodEnd: lastDay(Math.floor(end / 12), (end % 12) + 1),
  };
};

/** `Jul - Sep 2012`. */
const quarterOf = (label: string): Span => {
  const [, first = '', year = ''] = /(\w{3}) - \w{3} (\d{4})/.exec(label) ?? [];
  return span('Q', Number(year), monthOf(first), 3);
};
/** `2017-Q4`: the twelve months before that quarter. The first label is an exception at the source. */
const rollingOf = (label: string): Span => {
  const [year = 0, quarter = 0] = label.split('-Q').map(Number);
  return label === '2012-Q4' ? span('R', 2011, 4, 12) : span('R', year - 1, quarter * 3 - 2, 12);
};
/** `April 2011 to March 2012`. */
export const yearOf = (label: string): Span => {
  const [, month = '', year = ''] = /^(\w+) (\d{4}) to/.exec(label.trim()) ?? [];
  return span('R', Number(year), monthOf(month), 12);
};

const numberOf = (cell: string | undefined): string | undefined => {
  const text = (cell ?? '').trim().replaceAll(',', '');
  return /^-?\d+(\.\d+)?$/.test(text) ? text : undefined;
};

const cellFact = (kind: string, publisher: string, cell: Record<string, unknown>, more: object): PostedFact => {
  const key = createHash('sha256').update(JSON.stringify(cell)).digest('hex').slice(0, 32);
  return {
    type: `gov.sijill.aggregate.${kind}.v1`,
    stream: `aggregate-${publisher}:${key}`,
    data: { publisher, ...cell, ...more },
  };
};

const entityFact = (entityId: string, jurisdiction: string): PostedFact => ({
  type: 'gov.sijill.entity.registered.v1',
  stream: `entity-${entityId}`,
  data: { entityId, jurisdiction, kind: 'government', title: { en: entityId }, from: '2011-04-01' },
});
const serviceFact = (serviceId: string, ownerEntityId: string): PostedFact => ({
  type: 'gov.sijill.service.registered.v1',
  stream: `service-${serviceId}`,
  data: {
    serviceId,
    ownerEntityId,
    title: { en: serviceId },
    kind: 'transactional',
    flow: 'customer',
    from: '2011-04-01',
  },
});

const UK = 'gb.transactions';
const UK_PUBLISHED = '2018-09-19';
const ROLLING = { ' Vol.': 'volume', ' Digital vol.': 'volume_digital', ' CPT (£)': 'cost_per_transaction' } as const;

const ukColumns = (header: readonly string[]) =>
  header.flatMap((name, at): { at: number; measure: string; span: Span }[] => {
    const quarter = at >= 133 && at <= 153 ? 'volume' : at >= 157 && at <= 177 ? 'volume_digital' : undefined;
    if (quarter) return [{ at, measure: quarter, span: quarterOf(name) }];
    const [, label = '', suffix = ''] = /^(\d{4}-Q\d)( .*)$/.exec(name) ?? [];
    if (suffix === ' Digital CPT (£)') return [{ at, measure: 'cost_per_transaction_digital', span: rollingOf(label) }];
    const measure = ROLLING[suffix as keyof typeof ROLLING];
    return measure ? [{ at, measure, span: rollingOf(label) }] : [];
  });

const ukCell = (serviceId: string, measure: string, { freq, periodStart, periodEnd }: Span) => {
  const unit = measure.startsWith('cost') ? 'gbp' : 'transaction';
  return { dataset: 'services', serviceId, measure, freq, periodStart, periodEnd, unit };
};

export interface UkFacts {
  readonly facts: PostedFact[];
  /** Trimmed name → service id. */
  readonly services: ReadonlyMap<string, string>;
}

/** The catalogue file: departments, services, what was asked of each, and every number that is there. */
export const ukServices = (path: string): UkFacts => {
  const [header = [], ...rows] = rowsOf(path);
  const columns = ukColumns(header);
  const services = new Map(rows.map((row) => [(row[4] ?? '').trim(), `gb.${row[5]}`]));
  const cells = columns.map(({ measure, span: period }) => ({ measure, ...period }));
  const collection = { publisher: UK, dataset: 'services', part: 1, serviceIds: [...services.values()], cells };
  const facts: PostedFact[] = [...new Set(rows.map((row) => `gb.${slug(row[0] ?? '')}`))].map((id) =>
    entityFact(id, 'GB'),
  );
  for (const row of rows) facts.push(serviceFact(`gb.${row[5]}`, `gb.${slug(row[0] ?? '')}`));
  facts.push({
    type: 'gov.sijill.collection.requested.v1',
    stream: `collection-${UK}:services`,
    data: { ...collection, publishedOn: '2015-01-01' },
  });
  for (const row of rows)
    for (const { at, measure, span: period } of columns) {
      const value = numberOf(row[at]);
      const cell = ukCell(`gb.${row[5]}`, measure, period);
      if (value !== undefined) facts.push(cellFact('reported', UK, cell, { value, publishedOn: UK_PUBLISHED }));
    }
  return { facts, services };
};

const RESTATED = {
  volume: 'volume',
  'digital volume': 'volume_digital',
  'cost per transaction': 'cost_per_transaction',
};

/** Restatements and withdrawals of services that the catalogue file still has; one repeats what that file says. */
export const ukRestatements = (path: string, { facts, services }: UkFacts): PostedFact[] => {
  const [, ...rows] = rowsOf(path);
  const reported = new Set(facts.map(({ stream }) => stream));
  return rows.flatMap(
    ([publishedOn = '', , , , service = '', period = '', measure = '', kind = '', previous, value]) => {
      const serviceId = services.get(service.trim());
      if (serviceId === undefined) return [];
      const cell = ukCell(serviceId, RESTATED[measure as keyof typeof RESTATED], yearOf(period));
      const figures = { previous, ...(kind === 'restated' && { value }), publishedOn };
      const fact = cellFact(kind, UK, cell, figures);
      return publishedOn === UK_PUBLISHED && reported.has(fact.stream) ? [] : [fact];
    },
  );
};

const CHANNEL: Readonly<Record<string, string>> = {
  online: 'web',
  in_person: 'counter',
  mail: 'mail',
  email: 'email',
  phone: 'call',
  fax: 'fax',
  other: 'other',
};

/** Volumes by channel and fiscal year. */
export const caVolumes = (path: string): PostedFact[] => {
  const rows = rowsOf(path, ';')
    .slice(1)
    .filter((row) => row.length === 5);
  const owners = new Map(rows.map((row) => [`ca.${row[1]}.${row[2]?.toLowerCase()}`, `ca.${row[1]}`]));
  const facts = [...new Set(owners.values())].map((id) => entityFact(id, 'CA'));
  for (const [service, owner] of owners) facts.push(serviceFact(service, owner));
  for (const [fiscal = '', org, service, channel = '', volume] of rows) {
    const { periodStart, periodEnd } = span('F', Number(fiscal.slice(0, 4)), 4, 12);
    const subject = { dataset: 'si_vol', serviceId: `ca.${org}.${service?.toLowerCase()}`, channel: CHANNEL[channel] };
    const cell = { ...subject, measure: 'volume', freq: 'F', periodStart, periodEnd, unit: 'transaction' };
    facts.push(cellFact('reported', 'ca.gc', cell, { value: String(Number(volume)), publishedOn: '2025-03-01' }));
  }
  return facts;
};
