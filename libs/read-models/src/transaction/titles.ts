import type { Dimension } from '../read-model.js';
import { CHANNELS, CLASSES } from './channel-class.js';

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
