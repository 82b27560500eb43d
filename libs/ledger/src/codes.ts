/** Where a request arrives. A code is permanent; its class is policy `channel-classes@1`. */
export const CHANNEL_CLASSES = {
  app: 'digital',
  web: 'digital',
  kiosk: 'digital',
  sms: 'digital',
  chat: 'digital',
  system: 'digital',
  call: 'remote',
  email: 'remote',
  mail: 'postal',
  fax: 'postal',
  counter: 'counter',
  partner: 'counter',
  other: 'unclassified',
} as const satisfies Record<string, string>;
export type Channel = keyof typeof CHANNEL_CLASSES;
export type ChannelClass = (typeof CHANNEL_CLASSES)[Channel];
export const CHANNELS = Object.keys(CHANNEL_CLASSES) as readonly Channel[];

export const FLOWS = ['customer', 'internal'] as const;
/** With customers, or between and inside entities. */
export type Flow = (typeof FLOWS)[number];

/** Category → flows in which it occurs. */
export const CATEGORY_FLOWS = {
  citizen: ['customer'],
  resident: ['customer'],
  business: ['customer'],
  visitor: ['customer'],
  employee: ['internal'],
  supplier: ['internal', 'customer'],
  government: ['internal'],
  unknown: ['customer', 'internal'],
} as const satisfies Record<string, readonly Flow[]>;
export type CustomerCategory = keyof typeof CATEGORY_FLOWS;
export const CUSTOMER_CATEGORIES = Object.keys(CATEGORY_FLOWS) as readonly CustomerCategory[];

export const occursIn = (category: CustomerCategory, flow: Flow): boolean =>
  (CATEGORY_FLOWS[category] as readonly Flow[]).includes(flow);

export const ENTITY_KINDS = ['government', 'semiGovernment', 'private', 'federal'] as const;
export type EntityKind = (typeof ENTITY_KINDS)[number];

export const SERVICE_KINDS = ['transactional', 'informational', 'shared'] as const;
export type ServiceKind = (typeof SERVICE_KINDS)[number];

export const CENTRE_MODES = ['serving', 'awareness', 'suspended'] as const;
export type CentreMode = (typeof CENTRE_MODES)[number];

export const PLATFORM_AUDIENCES = ['public', 'employees', 'suppliers'] as const;
export type PlatformAudience = (typeof PLATFORM_AUDIENCES)[number];

export const PAYMENT_KINDS = ['fee', 'bill', 'fine', 'fuel', 'other'] as const;
export type PaymentKind = (typeof PAYMENT_KINDS)[number];

export const PAYMENT_METHODS = ['epay', 'card', 'cash', 'wallet', 'transfer', 'other'] as const;
export type PaymentMethod = (typeof PAYMENT_METHODS)[number];

/** Day, week, month, quarter, half, year, fiscal year, 12 months ending with any quarter. */
export const FREQUENCIES = ['D', 'W', 'M', 'Q', 'H', 'A', 'F', 'R'] as const;
export type Frequency = (typeof FREQUENCIES)[number];

/** Why a cell has no value. Zero is a value. */
export const MISSING_MARKS = ['notProvided', 'notApplicable', 'notRequested', 'suppressed'] as const;
export type MissingMark = (typeof MISSING_MARKS)[number];

export const QUALIFIERS = ['more_than', 'up_to', 'about', 'by', 'exact', 'forecast'] as const;
/** How a published figure is meant. */
export type Qualifier = (typeof QUALIFIERS)[number];

export const PAPER_KINDS = ['process', 'habit'] as const;
/** `process`: a procedure needed the sheets. `habit`: somebody printed. */
export type PaperKind = (typeof PAPER_KINDS)[number];

export const MODES = ['electronic', 'manual'] as const;
/** How a step is done. */
export type Mode = (typeof MODES)[number];

export const SIZE_CLASSES = ['large', 'medium', 'small'] as const;
/** Class of an entity by the sheets that it used a year, standing for the effort that it needs (policy `size-class`). */
export type SizeClass = (typeof SIZE_CLASSES)[number];

export const CRITERIA = ['channels', 'paper'] as const;
/** What a unit of an assessment is judged by: the channels it is offered on, the sheets it needed. */
export type Criterion = (typeof CRITERIA)[number];
/** By which yardstick an edition of a campaign is measured. */
export const BASELINES = ['previousDay', 'previousWeek', 'sameWeekLastYear', 'matchedWeekdays'] as const;
export type Baseline = (typeof BASELINES)[number];
