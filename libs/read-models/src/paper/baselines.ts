import type { Page, ReadEvent } from '../read-model.js';
import { NO_END } from '../spans.js';
import { PaperBaseline, WHOLE_ENTITY } from './tables.js';

export const BASELINE_TYPES = ['gov.sijill.paperBaseline.set.v1', 'gov.sijill.paperBaseline.revised.v1'] as const;

interface ServicePart {
  readonly serviceId: string;
  readonly sheets: number;
  readonly transactions?: number;
}
/** A baseline as its event says it. */
interface Told {
  readonly entityId: string;
  readonly year: number;
  readonly sheets: number;
  readonly monthly?: readonly number[];
  readonly transactions?: number;
  readonly perService?: readonly ServicePart[];
}
type BaselineRow = Omit<PaperBaseline, 'revision'> & { readonly revision: string };
/** Year → rows of the baseline that is believed. */
interface BaselineState {
  readonly years: Readonly<Record<string, readonly BaselineRow[]>>;
}

/** A revision replaces the whole year: what was believed ends on the day on which the new one is known. */
export const foldBaseline = ({ stream, revision, data, knownDay }: ReadEvent, page: Page): void => {
  const told = data as unknown as Told;
  const { years } = page.get<BaselineState>(stream) ?? { years: {} };
  const rows = rowsOf(told, { revision: revision.toString(), knownFrom: knownDay, knownTo: NO_END });
  for (const row of years[told.year] ?? []) page.put(PaperBaseline, { ...row, knownTo: knownDay });
  for (const row of rows) page.put(PaperBaseline, { ...row });
  page.set<BaselineState>(stream, { years: { ...years, [told.year]: rows } });
};

type Known = Pick<BaselineRow, 'revision' | 'knownFrom' | 'knownTo'>;

const rowsOf = ({ entityId: entity, year, perService = [], ...told }: Told, known: Known): readonly BaselineRow[] => [
  {
    ...{ entity, year, ...known, service: WHOLE_ENTITY, sheets: String(told.sheets) },
    ...{ transactions: textOf(told.transactions), monthly: told.monthly?.map(String) ?? null },
  },
  ...perService.map(({ serviceId: service, sheets, transactions }) => ({
    ...{ entity, year, ...known, service, sheets: String(sheets), transactions: textOf(transactions), monthly: null },
  })),
];

const textOf = (count: number | undefined): string | null => (count === undefined ? null : String(count));
