import type { FailureTable } from '#kernel';
import { Absent, IsDay, IsId, IsLang, IsSheets, type Lang } from '../shapes.js';
import type { EventRegister, FactOf } from '../stream.js';

/** Sheets handed out of the store of an entity: the control total against which consumption is held. */
export class PaperStockIssued {
  @IsId() entityId!: string;
  @IsId() recordId!: string;
  @IsSheets() sheets!: number;
  @IsDay() day!: string;
  /** Service or internal process that asked for them. Left out: the entity as a whole. */
  @Absent() @IsId() serviceId?: string;
}

/** The record should never have been made. One that holds a wrong number is voided and issued anew. */
export class PaperStockVoided {
  @IsId() entityId!: string;
  @IsId() recordId!: string;
  @IsLang(1000) reason!: Lang;
}

export const paperStockEvents = {
  'gov.sijill.paperStock.issued.v1': PaperStockIssued,
  'gov.sijill.paperStock.voided.v1': PaperStockVoided,
} as const satisfies EventRegister;
export type PaperStockFact = FactOf<typeof paperStockEvents>;

export const paperStockFailures = {
  'paperStock.voided': {
    kind: 'conflict',
    en: 'The record {recordId} of paper issued was voided.',
    ar: 'سجل صرف الورق {recordId} مُبطل.',
  },
} as const satisfies FailureTable;
