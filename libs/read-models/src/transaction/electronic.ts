import { type ElectronicEvidence, type ElectronicTest, electronicTest } from '#ledger';
import type { TransactionFacts } from './facts.js';

/** The electronic-transaction test of the ledger on the facts as the fold holds them. */
export const testOf = ({ receipt, outcome, steps, documents, sheets, switches }: TransactionFacts): ElectronicTest => {
  const processSheets = Object.values(sheets).filter(({ kind }) => kind === 'process');
  // Codes were checked at the door, so the texts of the state are such codes.
  return electronicTest({
    channel: receipt?.channel,
    assisted: receipt?.assisted === true,
    stepModes: Object.values(steps).map(({ mode }) => mode),
    switchedTo: switches.map(({ channel }) => channel),
    documentsRequired: receipt?.documentsRequired ?? undefined,
    documentForms: Object.values(documents).map(({ form }) => form),
    delivery: outcome?.delivery ?? undefined,
    processSheets: processSheets.reduce((sum, entry) => sum + entry.sheets, 0),
  } as ElectronicEvidence);
};
