import { CHANNEL_CLASSES, type Channel, type Mode } from '../codes.js';
import type { Delivery, DocumentForm } from './transaction.events.js';
import { entriesInForce, type ReceivedTransaction } from './transaction.state.js';

export type Judgement = 'yes' | 'no' | 'unknown';

/** What the test looks at: corrected values, without voided entries. */
export interface ElectronicEvidence {
  /** Channel of receipt. */
  readonly channel: Channel;
  readonly assisted: boolean;
  readonly stepModes: readonly Mode[];
  readonly switchedTo: readonly Channel[];
  /** Undefined: not known. */
  readonly documentsRequired?: number | undefined;
  readonly documentForms: readonly DocumentForm[];
  /** Undefined while not completed. */
  readonly delivery?: Delivery | undefined;
  /** Sheets that the procedure needed. */
  readonly processSheets: number;
}

export interface ElectronicTest {
  readonly request: Judgement;
  readonly workflow: Judgement;
  readonly data: Judgement;
  readonly delivery: Judgement;
  /** `yes` = four yes, `no` = any no, else `unknown`. Judged for completed transactions. */
  readonly electronic: Judgement;
  /** Electronic, and no sheet that the procedure needed. */
  readonly isPaperless: boolean;
}

/** The four conditions of an electronic transaction. Derived from its events, never declared by who posts them. */
export const electronicTest = (evidence: ElectronicEvidence): ElectronicTest => {
  const flags = {
    request: requestOf(evidence),
    workflow: workflowOf(evidence),
    data: dataOf(evidence),
    delivery: deliveryOf(evidence),
  };
  const judgements = Object.values(flags);
  const electronic = judgements.includes('no') ? 'no' : judgements.includes('unknown') ? 'unknown' : 'yes';
  return { ...flags, electronic, isPaperless: electronic === 'yes' && evidence.processSheets === 0 };
};

/** Evidence of a transaction as its stream holds it. */
export const evidenceOf = (transaction: ReceivedTransaction): ElectronicEvidence => {
  const { receipt, switches, entries } = transaction;
  const sheets = entriesInForce(entries, 'sheets').filter(({ kind }) => kind === 'process');
  return {
    channel: receipt.channel,
    assisted: receipt.assisted,
    stepModes: entriesInForce(entries, 'step').map(({ mode }) => mode),
    switchedTo: switches.map(({ channel }) => channel),
    documentsRequired: receipt.documentsRequired,
    documentForms: entriesInForce(entries, 'document').map(({ form }) => form),
    delivery: transaction.is === 'closed' ? transaction.outcome.delivery : undefined,
    processSheets: sheets.reduce((sum, record) => sum + record.sheets, 0),
  };
};

const requestOf = ({ channel, assisted }: ElectronicEvidence): Judgement => {
  const channelClass = CHANNEL_CLASSES[channel];
  if (channelClass === 'digital' || assisted) return 'yes';
  return channelClass === 'unclassified' ? 'unknown' : 'no';
};

const workflowOf = ({ stepModes, switchedTo }: ElectronicEvidence): Judgement => {
  if (stepModes.includes('manual')) return 'no';
  if (switchedTo.some((channel) => CHANNEL_CLASSES[channel] !== 'digital')) return 'no';
  return stepModes.length === 0 ? 'unknown' : 'yes';
};

const dataOf = ({ documentsRequired, documentForms }: ElectronicEvidence): Judgement => {
  if (documentForms.includes('paper')) return 'no';
  return documentsRequired === 0 || documentForms.length > 0 ? 'yes' : 'unknown';
};

const deliveryOf = ({ delivery }: ElectronicEvidence): Judgement => {
  if (delivery === undefined) return 'unknown';
  return delivery === 'electronic' || delivery === 'none' ? 'yes' : 'no';
};
