import { decimalText } from '#kernel';
import type { DescribedService } from '#read-models';
import type { ShareCounts, ShareWindow } from '../releases/public-share.js';
import type { Addresses } from './addresses.js';
import { conceptNode } from './concepts.js';
import { type Node, ref, typed } from './node.js';

const BP = 10_000n;
/** What everybody may read of the steps of a service, and of which days. */
export interface ObservedShare {
  readonly window: ShareWindow;
  readonly counts: ShareCounts | undefined;
}

/**
 * Electronic share of the procedure as observations, since the profile has no property for it: what the owner declares, and what
 * the steps of a year of completed transactions were, in whole thresholds. Neither replaces the other.
 */
export const shareNodes = (at: Addresses, { entry }: DescribedService, { window, counts }: ObservedShare): Node[] => {
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
  if (counts !== undefined) {
    const { electronic, steps } = counts;
    const manual = steps - electronic;
    observation('observed', {
      'sijill:electronicShare': typed('xsd:decimal', decimalText({ num: electronic, den: steps })),
      'sijill:manualShare': typed('xsd:decimal', decimalText({ num: manual, den: steps })),
      'sijill:electronicSteps': typed('xsd:integer', String(electronic)),
      'sijill:manualSteps': typed('xsd:integer', String(manual)),
      'dcat:startDate': typed('xsd:date', window.from),
      'dcat:endDate': typed('xsd:date', window.to),
    });
  }
  return nodes;
};
