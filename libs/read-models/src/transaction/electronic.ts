import { classOf } from './channel-class.js';
import type { TransactionFacts } from './facts.js';

export type Judgement = 'yes' | 'no' | 'unknown';

export interface ElectronicTest {
  readonly request: Judgement;
  readonly workflow: Judgement;
  readonly data: Judgement;
  readonly delivery: Judgement;
  /** `yes` = four yes, `no` = any no, else `unknown`. */
  readonly electronic: Judgement;
  /** Electronic, and no sheet that the procedure needed. */
  readonly isPaperless: boolean;
}

/** The four conditions of domain.md, section 3.4, on the facts as corrected. Never declared by whoever posts. */
export const electronicTest = (facts: TransactionFacts): ElectronicTest => {
  const flags = [requestFlag(facts), workflowFlag(facts), dataFlag(facts), deliveryFlag(facts)] as const;
  const electronic = flags.includes('no') ? 'no' : flags.includes('unknown') ? 'unknown' : 'yes';
  const processSheets = Object.values(facts.sheets).some(({ kind, sheets }) => kind === 'process' && sheets > 0);
  const [request, workflow, data, delivery] = flags;
  return { request, workflow, data, delivery, electronic, isPaperless: electronic === 'yes' && !processSheets };
};

const requestFlag = ({ receipt }: TransactionFacts): Judgement => {
  if (!receipt) return 'unknown';
  const channelClass = classOf(receipt.channel);
  if (channelClass === 'digital' || receipt.assisted) return 'yes';
  return channelClass === 'unclassified' ? 'unknown' : 'no';
};

const workflowFlag = ({ steps, switches }: TransactionFacts): Judgement => {
  const modes = Object.values(steps).map(({ mode }) => mode);
  const leftDigital = switches.some(({ channel }) => classOf(channel) !== 'digital');
  if (leftDigital || modes.some((mode) => mode !== 'electronic')) return 'no';
  return modes.length > 0 ? 'yes' : 'unknown';
};

const dataFlag = ({ receipt, documents }: TransactionFacts): Judgement => {
  const forms = Object.values(documents).map(({ form }) => form);
  if (forms.includes('paper')) return 'no';
  return receipt?.documentsRequired === 0 || forms.length > 0 ? 'yes' : 'unknown';
};

const deliveryFlag = ({ outcome }: TransactionFacts): Judgement => {
  if (!outcome || outcome.delivery === null) return 'unknown';
  return outcome.delivery === 'electronic' || outcome.delivery === 'none' ? 'yes' : 'no';
};
