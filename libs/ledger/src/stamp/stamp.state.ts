import type {
  AssessmentResultAnnounced,
  AssessmentWaiverGranted,
  StampFact,
  StampReinstated,
  StampSuspended,
  StampWithdrawn,
} from './stamp.events.js';

/** The mark of one half as stewards have it. What a late sheet does to it is derived where it is read. */
export type Mark =
  | { readonly is: 'none' }
  /** `since`: what reinstated it. */
  | { readonly is: 'held'; readonly since?: Readonly<StampReinstated> }
  | { readonly is: 'suspended'; readonly since: Readonly<StampSuspended> }
  | { readonly is: 'withdrawn'; readonly since: Readonly<StampWithdrawn> };

/** What was said of one half. */
export interface Assessment {
  /** Service and criterion → the note that was attested last. */
  readonly notes: ReadonlyMap<string, object>;
  /** Absent: not announced yet, or reopened since. */
  readonly result?: Readonly<AssessmentResultAnnounced>;
  readonly mark: Mark;
}

export interface Waiver {
  readonly granted: Readonly<AssessmentWaiverGranted>;
  readonly isRevoked: boolean;
}

/** One entity: its assessments by half, its waivers by id. */
export interface Stamp {
  readonly assessments: ReadonlyMap<string, Assessment>;
  readonly waivers: ReadonlyMap<string, Waiver>;
}

export const NO_STAMP: Stamp = { assessments: new Map(), waivers: new Map() };
const OPENED: Assessment = { notes: new Map(), mark: { is: 'none' } };

export const criterionOf = ({ serviceId, criterion }: { readonly serviceId: string; readonly criterion: string }) =>
  `${serviceId} ${criterion}`;

export const evolveStamp = (stamp: Stamp, { type, data }: StampFact): Stamp => {
  const changed = (change: (assessment: Assessment) => Assessment): Stamp => {
    const before = stamp.assessments.get(data.half) ?? OPENED;
    return { ...stamp, assessments: new Map(stamp.assessments).set(data.half, change(before)) };
  };
  const marked = (mark: Mark): Stamp => changed((assessment) => ({ ...assessment, mark }));
  switch (type) {
    case 'gov.sijill.assessment.opened.v1':
      return changed((assessment) => assessment);
    case 'gov.sijill.assessment.attested.v1':
      return changed(({ notes, ...rest }) => ({ ...rest, notes: new Map(notes).set(criterionOf(data), data.note) }));
    case 'gov.sijill.assessment.waiverGranted.v1':
      return withWaiver(stamp, { granted: data, isRevoked: false });
    case 'gov.sijill.assessment.waiverRevoked.v1': {
      const waiver = stamp.waivers.get(data.waiverId);
      return waiver === undefined ? stamp : withWaiver(stamp, { ...waiver, isRevoked: true });
    }
    case 'gov.sijill.assessment.resultAnnounced.v1':
      return changed((assessment) => ({ ...assessment, result: data }));
    case 'gov.sijill.assessment.reopened.v1':
      return changed(({ notes, mark }) => ({ notes, mark }));
    case 'gov.sijill.stamp.conferred.v1':
      return marked({ is: 'held' });
    case 'gov.sijill.stamp.suspended.v1':
      return marked({ is: 'suspended', since: data });
    case 'gov.sijill.stamp.reinstated.v1':
      return marked({ is: 'held', since: data });
    case 'gov.sijill.stamp.withdrawn.v1':
      return marked({ is: 'withdrawn', since: data });
  }
};

const withWaiver = (stamp: Stamp, waiver: Waiver): Stamp => ({
  ...stamp,
  waivers: new Map(stamp.waivers).set(waiver.granted.waiverId, waiver),
});
