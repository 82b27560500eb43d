import { addDays, decimalText } from '#kernel';
import type { AnswerRow, DataSet, DescribedPage, DescribedService } from '#read-models';
import type { Addresses } from './addresses.js';
import { conceptNode } from './concepts.js';
import { type Node, ref, typed } from './node.js';

const BP = 10_000n;
const DAYS_BACK = 364;

/** The question that gives what was observed of the services of a page: steps of a year of completed transactions. */
export const sharesAsked = ({ services, effectiveAt, knownAt }: DescribedPage): Parameters<DataSet['rows']>[0] => ({
  from: addDays(effectiveAt, -DAYS_BACK),
  to: effectiveAt,
  ...{ knownAt, effectiveAt, group: ['service'], kpis: [], limit: services.length },
  filters: { service: services.map(({ entry }) => entry.serviceId) },
});

/**
 * Electronic share of the procedure as observations, since the profile has no property for it: what the owner declares, and what
 * the steps of a year of completed transactions were. Neither replaces the other.
 */
export const shareNodes = (
  at: Addresses,
  { entry }: DescribedService,
  page: DescribedPage,
  observed: AnswerRow | undefined,
): Node[] => {
  const nodes: Node[] = [];
  const { serviceId, shares } = entry;
  const observation = (basis: string, says: Node['says']): void => {
    const common = {
      'qb:dataSet': ref(at.dataSet('electronic_share')),
      'sijill:service': ref(at.service(serviceId)),
      'sijill:basis': ref(at.shared('basis', basis)),
    };
    const id = at.part(serviceId, 'share', basis === 'observed' ? 'observed' : 'declared');
    nodes.push({ id, types: ['qb:Observation'], says: { ...common, ...says } }, conceptNode(at, 'basis', basis));
  };
  if (shares !== undefined) {
    const part = (bp: number) => typed('xsd:decimal', decimalText({ num: BigInt(bp), den: BP }));
    observation(shares.basis, {
      'sijill:electronicShare': part(shares.electronicBp),
      'sijill:manualShare': part(shares.manualBp),
    });
  }
  const [electronic, manual] = [stepsOf(observed, 'steps_electronic'), stepsOf(observed, 'steps_manual')];
  const steps = electronic + manual;
  if (steps > 0n)
    observation('observed', {
      'sijill:electronicShare': typed('xsd:decimal', decimalText({ num: electronic, den: steps })),
      'sijill:manualShare': typed('xsd:decimal', decimalText({ num: manual, den: steps })),
      'sijill:electronicSteps': typed('xsd:integer', String(electronic)),
      'sijill:manualSteps': typed('xsd:integer', String(manual)),
      'dcat:startDate': typed('xsd:date', addDays(page.effectiveAt, -DAYS_BACK)),
      'dcat:endDate': typed('xsd:date', page.effectiveAt),
    });
  return nodes;
};

const stepsOf = (row: AnswerRow | undefined, name: string): bigint => BigInt(String(row?.[name] ?? 0));
