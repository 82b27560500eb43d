import type { Random } from '../random.js';
import type { Channel, World } from '../register.js';
import { SIMULATED_YEAR } from '../span.js';
import { type Chronicle, daysBetween } from './chronicle.js';

const OPERATOR = 'digital';
const CATEGORIES = ['citizen', 'resident', 'business', 'visitor'] as const;
const RATINGS: readonly (readonly [rating: number, weight: number])[] = [
  [5, 48],
  [4, 29],
  [3, 12],
  [2, 6],
  [1, 5],
];
const INFORMATION = [
  ['pharmacies', 'الصيدليات المناوبة', 'Open pharmacies'],
  ['doctors', 'الأطباء والمراكز الطبية', 'Doctors and medical centres'],
  ['health-updates', 'مستجدات صحية', 'Health updates'],
] as const;
const MONTHS_PER_YEAR = 12;

/** Questions, answers and opinions of customers, as many as asked for of each, and what they read on the platform. */
export const tellCustomers = (chronicle: Chronicle, random: Random, world: World, count: number): void => {
  const days = daysBetween(`${SIMULATED_YEAR}-01-02`, `${SIMULATED_YEAR}-11-30`);
  const asked = world.services.filter(({ names }) => !names.isInternal);
  const weights = asked.map((service) => [service, service.weight] as const);
  for (let at = 0; at < count; at += 1) {
    const { serviceId, entityId, channels } = random.weighted(weights);
    tellEnquiry(chronicle, random, {
      entityId,
      serviceId,
      number: `Q${String(at + 1).padStart(6, '0')}`,
      day: random.pick(days),
    });
    const rating = random.weighted(RATINGS);
    const channel: Channel = random.pick(channels);
    const feedback = { entityId, feedbackId: `f${at + 1}`, serviceId, channel, rating };
    const effect = { feedback: 1, [`rating_${rating}`]: 1 };
    chronicle.tell(random.pick(days), 16, {
      noun: 'feedback.given',
      source: `${entityId}:happiness`,
      data: feedback,
      effect,
    });
  }
  tellViews(chronicle, random, world.platformId);
};

interface Enquiry {
  readonly entityId: string;
  readonly serviceId: string;
  readonly number: string;
  readonly day: string;
}

/** Nearly all are answered, the most on the same day. */
const tellEnquiry = (chronicle: Chronicle, random: Random, { entityId, serviceId, number, day }: Enquiry): void => {
  const channel = random.pick(['call', 'chat', 'email'] as const);
  const received = {
    entityId,
    number,
    channel,
    topic: 'service',
    serviceId,
    customerCategory: random.pick(CATEGORIES),
  };
  const source = `${entityId}:contact`;
  chronicle.tell(day, 10, { noun: 'enquiry.received', source, data: received, effect: { enquiries: 1 } });
  const draw = random.next();
  if (draw < 0.965) {
    chronicle.tell(day, 10 + random.between(1, 8), {
      noun: 'enquiry.answered',
      source,
      data: { entityId, number, channel },
      effect: { enquiries_answered: 1 },
    });
  } else if (draw < 0.985) {
    const reason = { ar: 'تعذّر الوصول إلى السائل', en: 'The customer could not be reached' };
    const effect = { enquiries_unanswered: 1 };
    chronicle.tell(day, 20, { noun: 'enquiry.closedUnanswered', source, data: { entityId, number, reason }, effect });
  }
};

const tellViews = (chronicle: Chronicle, random: Random, platformId: string): void => {
  const source = `${OPERATOR}:platform`;
  for (const [infoId, ar, en] of INFORMATION) {
    const added = { platformId, infoId, title: { ar, en }, topic: 'health', from: `${SIMULATED_YEAR}-01-01` };
    chronicle.tell(`${SIMULATED_YEAR}-01-01`, 8, { noun: 'platform.informationAdded', source, data: added });
    for (let month = 1; month <= MONTHS_PER_YEAR; month += 1) {
      const day = `${SIMULATED_YEAR}-${String(month).padStart(2, '0')}-15`;
      const views = random.between(2_000, 40_000);
      const data = { platformId, infoId, day, views };
      chronicle.tell(day, 23, { noun: 'views.counted', source, data, effect: { views } });
    }
  }
};
