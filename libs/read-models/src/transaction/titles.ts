import { CHANNEL_CLASSES } from '#ledger';
import type { Dimension } from '../read-model.js';

export const CHANNELS: readonly string[] = Object.keys(CHANNEL_CLASSES);
/** What channels may be classed as; which is which on a day, class-rules.ts says. */
export const CLASSES: readonly string[] = [...new Set(Object.values(CHANNEL_CLASSES))];

/** Dimensions that the data sets about transactions share. */
export const ENTITY: Dimension = { title: { ar: 'الجهة', en: 'Entity' } };
export const SERVICE: Dimension = { title: { ar: 'الخدمة', en: 'Service' } };
export const FLOW: Dimension = {
  title: { ar: 'المسار: مع المتعاملين أو داخلي', en: 'Flow' },
  values: ['customer', 'internal', 'unknown'],
};
export const CHANNEL: Dimension = { title: { ar: 'القناة', en: 'Channel' }, values: CHANNELS };
export const CHANNEL_CLASS: Dimension = { title: { ar: 'صنف القناة', en: 'Channel class' }, values: CLASSES };
export const ASSISTED: Dimension = {
  title: { ar: 'بمساعدة موظف', en: 'Assisted by staff' },
  values: ['true', 'false'],
};
export const CATEGORY: Dimension = {
  title: { ar: 'فئة المتعامل', en: 'Customer category' },
  values: ['citizen', 'resident', 'business', 'visitor', 'employee', 'supplier', 'government', 'unknown'],
};
