import type { EntityManager } from 'typeorm';
import { dayOfInstant } from '#kernel';
import { LEDGER_ZONE } from '#ledger';

/** The two days of a question to spans. */
export interface AsOf {
  readonly effectiveAt: string;
  readonly knownAt: string;
}

const RECORDED = `select recorded_max from projector.projection where name = $1 and state <> 'building'
 order by version desc, position limit 1`;
const BEFORE_EVERYTHING = '1900-01-01';

/** Days that a question leaves out are the day of the newest event taken in: the ledger's present, without a clock. */
export const asOfDays = async (
  manager: EntityManager,
  projection: string,
  { effectiveAt, knownAt }: { readonly effectiveAt?: string; readonly knownAt?: string },
): Promise<AsOf> => {
  if (effectiveAt !== undefined && knownAt !== undefined) return { effectiveAt, knownAt };
  const [row] = (await manager.query(RECORDED, [projection])) as { recorded_max: string | null }[];
  const present = row?.recorded_max ? dayOfInstant(row.recorded_max, LEDGER_ZONE) : BEFORE_EVERYTHING;
  return { effectiveAt: effectiveAt ?? present, knownAt: knownAt ?? present };
};
