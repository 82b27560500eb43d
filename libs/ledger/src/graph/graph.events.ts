import type { FailureTable } from '#kernel';
import { IsDay, IsId } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** One service cannot be done without another, from a day on. The other may be recorded later, or never. */
export class DependencyDeclared {
  @IsId() fromServiceId!: string;
  @IsId() toServiceId!: string;
  @IsDay() from!: string;
}
export class DependencyRemoved {
  @IsId() fromServiceId!: string;
  @IsId() toServiceId!: string;
  @IsDay() from!: string;
}

/** Two services belong together, without order: stored with the lesser id first. */
export class RelationDeclared {
  @IsId() aServiceId!: string;
  @IsId() bServiceId!: string;
  @IsDay() from!: string;
}
export class RelationRemoved {
  @IsId() aServiceId!: string;
  @IsId() bServiceId!: string;
  @IsDay() from!: string;
}

export const graphEvents = {
  'gov.sijill.dependency.declared.v1': DependencyDeclared,
  'gov.sijill.dependency.removed.v1': DependencyRemoved,
  'gov.sijill.relation.declared.v1': RelationDeclared,
  'gov.sijill.relation.removed.v1': RelationRemoved,
} as const satisfies EventRegister;
export type GraphFact = FactOf<typeof graphEvents>;

export const graphFailures = {
  'graph.self': {
    kind: 'refused',
    en: 'The service {serviceId} can neither depend on itself nor relate to itself.',
    ar: 'لا يمكن أن تعتمد الخدمة {serviceId} على نفسها ولا أن ترتبط بنفسها.',
  },
  'graph.cycle': {
    kind: 'refused',
    en: 'On {day} the dependencies would go round in a circle: {path}.',
    ar: 'ستشكّل الاعتمادات في {day} حلقة مغلقة: {path}.',
  },
} as const satisfies FailureTable;
