import type { Counts, Scribe, SimulatedEvent } from '../event.js';
import { AREAS, type ServiceNames } from '../names.js';
import type { Random } from '../random.js';
import type { Channel, SimulatedService, World } from '../register.js';
import { type Body, CITY_BODIES, DIGITAL_BODIES, FEDERAL, FEDERAL_REMOTE_SERVICES } from './bodies.js';

const OPERATOR = 'digital';
/** Published: services on the platform, of more than 33 entities. */
const PLATFORM_SERVICES = 116;
const CENTRES_PER_BODY = 4;
/** Published: kiosks at the time of the campaign. */
const KIOSKS = 20;
const CITY_TAIL_WEIGHT = 26;
const FEDERAL_WEIGHT = 8;
const DIGITAL_BODY_WEIGHT = 1.5;
/** Money that customers pay through the platform, whoever it is for. */
const PAYMENTS: readonly (readonly [entityId: string, ServiceNames])[] = [
  ['dewa', payment('bill', 'سداد فاتورة الكهرباء والمياه', 'Electricity and water bill', 42_000, 'bill')],
  ['telecom', payment('bill', 'سداد فاتورة الاتصالات', 'Telephone bill', 25_000, 'bill')],
  ['gas', payment('bill', 'سداد فاتورة الغاز', 'Gas bill', 9_000, 'bill')],
  ['cooling', payment('bill', 'سداد فاتورة التبريد', 'Cooling bill', 38_000, 'bill')],
  ['police', payment('fines', 'سداد المخالفات المرورية', 'Traffic fines', 60_000, 'fine')],
  ['rta', payment('fines', 'سداد مخالفات المواقف', 'Parking fines', 20_000, 'fine')],
  ['fuel', payment('refuel', 'التزود بالوقود دون تلامس', 'Contactless refuelling', 11_000, 'fuel')],
];
const PAYMENT_WEIGHT = 3;

function payment(
  id: string,
  ar: string,
  en: string,
  feeFils: number,
  paymentKind: ServiceNames['paymentKind'],
): ServiceNames {
  return { names: [id, ar, en], feeFils, audience: ['citizen', 'resident', 'business', 'visitor'], paymentKind };
}

type Post = (noun: string, source: string, data: Record<string, unknown>, effect?: Counts) => void;

/** What the programmes add to the registers of plain traffic: forty entities of the city, the federal ones, their places and services. */
export const registerProgrammes = (
  { scribe, random, scale }: { scribe: Scribe; random: Random; scale: number },
  base: World,
  from: string,
): { events: SimulatedEvent[]; world: World } => {
  const events: SimulatedEvent[] = [];
  const post: Post = (noun, source, data, effect = {}) =>
    events.push({
      event: scribe.write(noun, source, `${from}T09:00:00+04:00`, data),
      role: noun === 'entity.registered' ? 'steward' : 'integrator',
      effect,
    });
  for (const body of [...CITY_BODIES, ...FEDERAL]) if (!body.isKnown) registerBody(body, post, from);
  const centres = openCentres(base, random, post, from, scale);
  installKiosks(base, centres, post, from);
  const services = [
    ...cityServices(scale),
    ...federalServices(scale),
    ...PAYMENTS.map(([entityId, names]) => serviceOf(entityId, names, ['app', 'web'], PAYMENT_WEIGHT)),
  ];
  for (const service of services) registerService(service, post, from);
  const platformServices = carry(base, services, post, from, scale);
  return { events, world: { ...base, services: [...base.services, ...services], centres, platformServices } };
};

const registerBody = ({ id, ar, en, kind }: Body, post: Post, from: string): void => {
  const jurisdiction = kind === 'federal' ? 'AE' : 'AE-DU';
  const data = { entityId: id, title: { ar, en }, kind, jurisdiction, from };
  post('entity.registered', `${OPERATOR}:register`, data, { entities: 1, [`entities_${kind}`]: 1 });
};

/** Centres of bodies of every kind, up to four each, in other areas than those that are there. */
const openCentres = (base: World, random: Random, post: Post, from: string, scale: number): World['centres'] => {
  const centres: Record<string, readonly string[]> = { ...base.centres };
  const wanted = Math.max(1, Math.round(CENTRES_PER_BODY * scale));
  for (const { id, ar, en } of CITY_BODIES.filter((body) => !DIGITAL_BODIES.includes(body.id))) {
    const there = centres[id] ?? [];
    const free = AREAS.filter(([area]) => !there.includes(`${id}-${area}`)).slice(
      0,
      Math.max(0, wanted - there.length),
    );
    for (const [area, areaAr, areaEn] of free) {
      const data = {
        centreId: `${id}-${area}`,
        entityId: id,
        title: { ar: `مركز ${areaAr} - ${ar}`, en: `${en}, ${areaEn} centre` },
        area: areaEn,
        windows: random.between(2, 12),
        from,
      };
      post('centre.opened', `${id}:register`, data, { centres: 1 });
    }
    centres[id] = [...there, ...free.map(([area]) => `${id}-${area}`)];
  }
  return centres;
};

/** In centres that have none yet, one entity after the other. */
const installKiosks = (base: World, centres: World['centres'], post: Post, from: string): void => {
  let count = Object.values(base.kiosks).flat().length;
  for (const [entityId, [centreId]] of Object.entries(centres)) {
    if (count >= KIOSKS) return;
    if (base.kiosks[entityId] || !centreId) continue;
    count += 1;
    const [, , area] = AREAS.find(([one]) => centreId === `${entityId}-${one}`)!;
    const data = { kioskId: `${centreId}-k1`, entityId, area, centreId, from };
    post('kiosk.installed', `${entityId}:register`, data, { kiosks: 1 });
  }
};

const serviceOf = (
  entityId: string,
  names: ServiceNames,
  channels: readonly Channel[],
  weight: number,
): SimulatedService => ({
  serviceId: `${entityId}-${names.names[0]}`,
  entityId,
  names,
  channels,
  weight,
  steps: [
    { id: 'apply', mode: 'electronic' },
    { id: 'issue', mode: 'electronic' },
  ],
});

/** The first part of each body's services that a run of this size has room for. */
const cut = (services: readonly ServiceNames[], scale: number): readonly ServiceNames[] =>
  services.slice(0, Math.ceil(services.length * scale));

const cityServices = (scale: number): SimulatedService[] => {
  const bodies = CITY_BODIES.map((body) => ({ ...body, services: cut(body.services, scale) }));
  const count = bodies.reduce((sum, { services }) => sum + services.length, 0);
  return bodies.flatMap(({ id, isKnown, services }) => {
    const isDigital = DIGITAL_BODIES.includes(id);
    const weight = isDigital ? DIGITAL_BODY_WEIGHT / services.length : CITY_TAIL_WEIGHT / count;
    const offered = services.map((names, at) => {
      const channels: Channel[] = isDigital ? ['app', 'web'] : [at % 2 === 0 ? 'app' : 'web', 'counter'];
      return serviceOf(
        id,
        id === 'hr' ? { ...names, feeFils: 0, audience: [], isInternal: true } : names,
        channels,
        weight,
      );
    });
    if (isKnown) return offered;
    const leave = {
      names: ['leave-request', 'طلب إجازة موظف', 'Employee leave request'] as const,
      feeFils: 0,
      audience: [],
    };
    return [...offered, serviceOf(id, { ...leave, isInternal: true }, ['web'], isDigital ? 0.5 : 0.1)];
  });
};

const federalServices = (scale: number): SimulatedService[] => {
  const all = FEDERAL.flatMap(({ id, services }) => services.map((names) => ({ id, names })));
  const remote = Math.ceil(FEDERAL_REMOTE_SERVICES * scale);
  const count = Math.ceil(all.length * scale);
  // Taken in turn, so that a small run has services of every entity as well.
  const inTurn = [...all.keys()].sort((one, other) => (one % 32) - (other % 32) || one - other).slice(0, count);
  return inTurn.map((at, place) => {
    const { id, names } = all[at]!;
    return serviceOf(
      id,
      names,
      place < remote ? [place % 2 === 0 ? 'app' : 'web', 'counter'] : ['counter'],
      FEDERAL_WEIGHT / count,
    );
  });
};

const registerService = (
  { serviceId, entityId, names, channels }: SimulatedService,
  post: Post,
  from: string,
): void => {
  const source = `${entityId}:catalogue`;
  const [, ar, en] = names.names;
  const isFederal = entityId.startsWith('ae.');
  const data = {
    serviceId,
    ownerEntityId: entityId,
    title: { ar, en },
    kind: 'transactional',
    flow: names.isInternal ? 'internal' : 'customer',
    critical: isFederal && serviceId.endsWith('-issue'),
    status: 'active',
    from,
  };
  post('service.registered', source, data, { services: 1 });
  const audience = names.isInternal ? ['employee'] : names.audience;
  post('service.classified', source, { serviceId, audience, scheme: 'dubai-themes', themes: [entityId], from });
  for (const channel of channels) {
    post('service.channelOffered', source, { serviceId, channel, feeFils: String(names.feeFils), from });
  }
};

/** Three services of each body go onto the platform until it carries as many as were published, those that pay first. */
const carry = (
  base: World,
  services: readonly SimulatedService[],
  post: Post,
  from: string,
  scale: number,
): ReadonlySet<string> => {
  const carried = new Set(base.platformServices);
  const wanted = Math.ceil(PLATFORM_SERVICES * Math.max(scale, 0.4));
  const able = services.filter(
    ({ names, channels, entityId }) => !names.isInternal && channels.includes('app') && !entityId.startsWith('ae.'),
  );
  const payments = able.filter(({ names }) => names.paymentKind);
  const inTurn = able
    .filter(({ names }) => !names.paymentKind)
    .map((service, at, all) => ({
      service,
      turn: all.slice(0, at).filter((one) => one.entityId === service.entityId).length,
    }))
    .sort((one, other) => one.turn - other.turn)
    .map(({ service }) => service);
  for (const { serviceId } of [...payments, ...inTurn]) {
    if (carried.size >= wanted) break;
    carried.add(serviceId);
    post('platform.serviceAdded', `${OPERATOR}:platform`, { platformId: base.platformId, serviceId, from });
  }
  return carried;
};
