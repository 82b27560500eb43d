import { decimalText } from '#kernel';
import type { DescribedService } from '#read-models';
import type { Addresses } from './addresses.js';
import { AED, conceptNode } from './concepts.js';
import { type Node, ref, texts, typed } from './node.js';

type Entry = DescribedService['entry'];
type Offer = Entry['channels'][number];

/** XML Schema duration of whole minutes. */
export const durationOf = (minutes: number | undefined) =>
  minutes === undefined ? undefined : typed('xsd:duration', `PT${minutes}M`);

const offerName = ({ channel, platformId }: Offer): readonly string[] =>
  platformId === undefined ? [channel] : [channel, platformId];
export const channelAddress = (at: Addresses, { serviceId }: Entry, offer: Offer): string =>
  at.part(serviceId, 'channel', ...offerName(offer));

/** Channels of a service with their hours: one a channel and platform. */
export const channelNodes = (at: Addresses, entry: Entry): Node[] =>
  entry.channels.flatMap((offer) => {
    const { channel, hours, processingMinutes, url } = offer;
    const id = channelAddress(at, entry, offer);
    const open = hours === undefined ? [] : [hoursNode(`${id}/hours`, hours)];
    const page = url === undefined ? [] : [documentNode(url)];
    const says = {
      'dct:identifier': [entry.serviceId, ...offerName(offer)].join('/'),
      'dct:type': ref(at.shared('channel', channel)),
      'cv:openingHours': open.map((node) => ref(node.id)),
      'cv:processingTime': durationOf(processingMinutes),
      'foaf:page': page.map((node) => ref(node.id)),
    };
    return [{ id, types: ['cv:Channel'] as const, says }, conceptNode(at, 'channel', channel), ...open, ...page];
  });

export const documentNode = (url: string): Node => ({ id: new URL(url).href, types: ['foaf:Document'], says: {} });

const DAYS: Readonly<Record<string, { readonly ar: string; readonly en: string; readonly short: string }>> = {
  monday: { ar: 'الاثنين', en: 'Monday', short: 'Mo' },
  tuesday: { ar: 'الثلاثاء', en: 'Tuesday', short: 'Tu' },
  wednesday: { ar: 'الأربعاء', en: 'Wednesday', short: 'We' },
  thursday: { ar: 'الخميس', en: 'Thursday', short: 'Th' },
  friday: { ar: 'الجمعة', en: 'Friday', short: 'Fr' },
  saturday: { ar: 'السبت', en: 'Saturday', short: 'Sa' },
  sunday: { ar: 'الأحد', en: 'Sunday', short: 'Su' },
};

/** For people in both languages, for machines in the form of schema.org (`Mo 08:00-15:30`). */
const hoursNode = (id: string, hours: NonNullable<Offer['hours']>): Node => {
  if (hours === 'always') {
    const description = texts({ ar: 'على مدار الساعة طوال أيام الأسبوع', en: 'Around the clock, every day' });
    return {
      id,
      types: ['time:TemporalEntity'],
      says: { 'dct:description': description, 'schema:openingHours': 'Mo-Su' },
    };
  }
  const weekly = (language: 'ar' | 'en', comma: string) =>
    hours.weekly.map(({ day, opens, closes }) => `${DAYS[day]?.[language]} ${opens}–${closes}`).join(comma);
  const spans = hours.weekly.length === 0 ? {} : { ar: weekly('ar', '، '), en: weekly('en', ', ') };
  return {
    id,
    types: ['time:TemporalEntity'],
    says: {
      'dct:description': [...texts(spans), ...texts(hours.note)],
      'schema:openingHours': hours.weekly.map(({ day, opens, closes }) => `${DAYS[day]?.short} ${opens}-${closes}`),
    },
  };
};

/** A fee for all channels, or what one channel costs. The offer's own fee goes before the one that was set for its channel. */
export const costNodes = (at: Addresses, entry: Entry): Node[] => {
  const costs = entry.fees.flatMap((fee) => {
    const { channel, feeFils, basis } = fee;
    if (channel === undefined) return [costNode(at, entry, ['all'], { feeFils, basis })];
    const offers = entry.channels.filter((offer) => offer.channel === channel);
    if (offers.length === 0) return [costNode(at, entry, [channel], { feeFils, basis })];
    const without = offers.filter((offer) => offer.feeFils === undefined);
    return without.map((offer) => costNode(at, entry, offerName(offer), { feeFils, basis, offer }));
  });
  for (const offer of entry.channels)
    if (offer.feeFils !== undefined)
      costs.push(costNode(at, entry, offerName(offer), { feeFils: offer.feeFils, offer }));
  return costs;
};

interface Cost {
  readonly feeFils: string;
  readonly basis?: Entry['fees'][number]['basis'];
  readonly offer?: Offer;
}
const FILS_PER_DIRHAM = 100n;

const costNode = (at: Addresses, entry: Entry, names: readonly string[], { feeFils, basis, offer }: Cost): Node => ({
  id: at.part(entry.serviceId, 'cost', ...names),
  types: ['cv:Cost'],
  says: {
    'dct:identifier': [entry.serviceId, 'cost', ...names].join('/'),
    'dct:description': texts(basis),
    'cv:hasValue': typed('xsd:double', decimalText({ num: BigInt(feeFils), den: FILS_PER_DIRHAM }, 2)),
    'cv:currency': ref(AED.id),
    'cv:ifAccessedThrough': offer === undefined ? undefined : ref(channelAddress(at, entry, offer)),
  },
});
