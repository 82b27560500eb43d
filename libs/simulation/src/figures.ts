import { type Counts } from './event.js';
import type { Channel } from './register.js';

/** Measure of the data set channel_volume → the count that its total must be. */
export const VOLUME_COUNTS: Readonly<Record<string, string>> = {
  started: 'started',
  received: 'received',
  completed: 'completed',
  rejected: 'rejected',
  withdrawn: 'withdrawn',
  duplicate: 'duplicate',
  transferred: 'transferred',
  voided: 'voided',
  open: 'open',
  settled: 'settled_fils',
  refunded: 'refunded_fils',
};

/** What the simulation knows of one transaction; plain enough to be counted by eye. */
export interface Told {
  readonly isVoided: boolean;
  readonly isStarted: boolean;
  readonly channel?: Channel;
  readonly isAssisted: boolean;
  readonly outcome?: 'completed' | 'rejected' | 'withdrawn' | 'duplicate' | 'transferred';
  readonly settledFils: number;
  readonly refundedFils: number;
  readonly electronicSteps: number;
  readonly manualSteps: number;
  readonly processSheets: number;
  readonly customerSheets: number;
  readonly isOnPlatform: boolean;
  /** Edition of a campaign on whose days, and in whose scope, it was received, paid and refunded. */
  readonly receivedIn?: string;
  readonly settledIn?: string;
  readonly refundedIn?: string;
}

export const NOTHING_TOLD: Told = {
  isVoided: false,
  isStarted: false,
  isAssisted: false,
  settledFils: 0,
  refundedFils: 0,
  electronicSteps: 0,
  manualSteps: 0,
  processSheets: 0,
  customerSheets: 0,
  isOnPlatform: false,
};

/** Counts of one transaction as it stands. A void leaves nothing but itself. */
export const figuresOf = (told: Told): Counts => {
  if (told.isVoided) return { voided: 1 };
  const isReceived = told.channel !== undefined;
  const isDigital = told.isAssisted || told.channel === 'app' || told.channel === 'web' || told.channel === 'kiosk';
  const counts: Record<string, number> = {
    started: told.isStarted ? 1 : 0,
    received: isReceived ? 1 : 0,
    open: isReceived && !told.outcome ? 1 : 0,
    settled_fils: told.settledFils,
    refunded_fils: told.refundedFils,
    steps_electronic: told.electronicSteps,
    steps_manual: told.manualSteps,
    process_sheets: told.processSheets,
    customer_sheets: told.customerSheets,
  };
  if (told.receivedIn) counts[`campaign_received_${told.receivedIn}`] = 1;
  if (told.settledIn) counts[`campaign_settled_fils_${told.settledIn}`] = told.settledFils;
  if (told.refundedIn) counts[`campaign_refunded_fils_${told.refundedIn}`] = told.refundedFils;
  if (told.isOnPlatform) {
    counts.platform_completed = told.outcome === 'completed' ? 1 : 0;
    counts.platform_fils = told.settledFils - told.refundedFils;
  }
  if (told.channel) counts[`received_${told.channel}`] = 1;
  if (told.outcome) counts[told.outcome] = 1;
  if (told.outcome === 'completed' && isDigital) counts.completed_digital = 1;
  return counts;
};
