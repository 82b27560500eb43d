import { type Counts, type Scribe, type SimulatedEvent } from './event.js';
import { AREAS, ENTITIES, type EntityNames, type ServiceNames } from './names.js';
import type { Random } from './random.js';

export type Channel = 'app' | 'web' | 'kiosk' | 'call' | 'counter';
export interface SimulatedService {
  readonly serviceId: string;
  readonly entityId: string;
  readonly names: ServiceNames;
  readonly channels: readonly Channel[];
  readonly weight: number;
  /** Steps of the procedure that are electronic whatever the channel. */
  readonly steps: readonly { readonly id: string; readonly mode: 'electronic' | 'manual' }[];
}
export interface World {
  readonly services: readonly SimulatedService[];
  readonly centres: Readonly<Record<string, readonly string[]>>;
  readonly kiosks: Readonly<Record<string, readonly string[]>>;
  readonly callCentreId: string;
  readonly platformId: string;
  readonly platformServices: ReadonlySet<string>;
  /** Left out: plain traffic. */
  readonly conduct?: Conduct;
}

/** How programmes move the traffic, and what of it they count. Days are those of receipt or payment, in Dubai. */
export interface Conduct {
  digitalShareOn(day: string, service: SimulatedService, share: number): number;
  /** Edition of the campaign that a fee-bearing transaction of a customer belongs to. */
  editionOn(day: string, service: SimulatedService): string | undefined;
  /** Apart from that of plain traffic. */
  readonly random: Random;
}

const OPERATOR = 'digital';
const lang = (ar: string, en: string) => ({ ar, en });

/**
 * Registers that every transaction needs: entities, places, the platform and the bilingual catalogue, in an order that refers back
 * only, all in force from `openingDay` on.
 */
export const register = (
  scribe: Scribe,
  random: Random,
  openingDay: string,
): { events: SimulatedEvent[]; world: World } => {
  const events: SimulatedEvent[] = [];
  const post = (noun: string, source: string, data: Record<string, unknown>, effect: Counts = {}) =>
    events.push({
      event: scribe.write(noun, source, `${openingDay}T08:00:00+04:00`, data),
      role: noun === 'entity.registered' ? 'steward' : 'integrator',
      effect,
    });

  for (const { id, ar, en, kind } of ENTITIES) {
    const data = { entityId: id, title: lang(ar, en), kind, jurisdiction: 'AE-DU', from: openingDay };
    post('entity.registered', `${OPERATOR}:register`, data, { entities: 1 });
  }
  const centres = placesOf(random, post, openingDay);
  const callCentreId = 'askdubai';
  post(
    'callCentre.opened',
    `${OPERATOR}:register`,
    {
      callCentreId,
      entityId: OPERATOR,
      title: lang('اسأل دبي', 'AskDubai'),
      phone: '600560000',
      hours: 'always',
    },
    { call_centres: 1 },
  );
  const platformId = 'dubainow';
  post(
    'platform.launched',
    `${OPERATOR}:platform`,
    {
      platformId,
      operatorEntityId: OPERATOR,
      title: lang('دبي الآن', 'DubaiNow'),
      audience: ['public'],
      from: openingDay,
    },
    { platforms: 1 },
  );

  const services = ENTITIES.flatMap((entity) => entity.services.map((names) => serviceOf(entity, names, random)));
  for (const service of services) describe(service, random, post, openingDay);
  const carried = services.filter(
    ({ names, channels }) => !names.isInternal && channels.includes('app') && random.isBelow(0.6),
  );
  for (const { serviceId } of carried) {
    post('platform.serviceAdded', `${OPERATOR}:platform`, { platformId, serviceId, from: openingDay });
  }
  const platformServices = new Set(carried.map(({ serviceId }) => serviceId));
  return { events, world: { services, ...centres, callCentreId, platformId, platformServices } };
};

type Post = (noun: string, source: string, data: Record<string, unknown>, effect?: Counts) => void;

const placesOf = (random: Random, post: Post, openingDay: string): Pick<World, 'centres' | 'kiosks'> => {
  const centres: Record<string, string[]> = {};
  const kiosks: Record<string, string[]> = {};
  for (const entity of ENTITIES.filter(({ kind }) => kind === 'government')) {
    const areas = AREAS.filter(() => random.isBelow(0.45));
    for (const [area, ar, en] of areas.length > 0 ? areas : AREAS.slice(0, 1)) {
      const centreId = `${entity.id}-${area}`;
      post(
        'centre.opened',
        `${entity.id}:register`,
        {
          centreId,
          entityId: entity.id,
          title: lang(`مركز ${ar} - ${entity.ar}`, `${entity.en}, ${en} centre`),
          area: en,
          windows: random.between(4, 30),
          from: openingDay,
        },
        { centres: 1 },
      );
      centres[entity.id] = [...(centres[entity.id] ?? []), centreId];
      if (!random.isBelow(0.5)) continue;
      const kioskId = `${centreId}-k1`;
      post(
        'kiosk.installed',
        `${entity.id}:register`,
        {
          kioskId,
          entityId: entity.id,
          area: en,
          centreId,
          from: openingDay,
        },
        { kiosks: 1 },
      );
      kiosks[entity.id] = [...(kiosks[entity.id] ?? []), kioskId];
    }
  }
  return { centres, kiosks };
};

const serviceOf = (entity: EntityNames, names: ServiceNames, random: Random): SimulatedService => {
  const isGovernment = entity.kind === 'government';
  const channels: Channel[] = names.isInternal
    ? ['web']
    : ['app', 'web', ...(random.isBelow(0.5) ? (['call'] as const) : [])];
  if (isGovernment && !names.isInternal && random.isBelow(0.85)) channels.push('counter');
  if (isGovernment && !names.isInternal && names.feeFils > 0 && random.isBelow(0.5)) channels.push('kiosk');
  return {
    serviceId: `${entity.id}-${names.names[0]}`,
    entityId: entity.id,
    names,
    channels,
    weight: (entity.weight / entity.services.length) * (names.isInternal ? 0.5 : 0.4 + random.next() * 1.2),
    steps: ['apply', 'check', 'approve', 'issue'].slice(0, random.between(2, 4)).map((id) => ({
      id,
      mode: id === 'apply' || random.isBelow(0.8) ? ('electronic' as const) : ('manual' as const),
    })),
  };
};

const STEP_TITLES: Readonly<Record<string, { ar: string; en: string }>> = {
  apply: lang('تقديم الطلب', 'Application'),
  check: lang('تدقيق المستندات', 'Document check'),
  approve: lang('الاعتماد', 'Approval'),
  issue: lang('الإصدار', 'Issue'),
};

const describe = (service: SimulatedService, random: Random, post: Post, openingDay: string): void => {
  const { serviceId, entityId, names, steps } = service;
  const [, ar, en] = names.names;
  const source = `${entityId}:catalogue`;
  const from = openingDay;
  post(
    'service.registered',
    source,
    {
      serviceId,
      ownerEntityId: entityId,
      title: lang(ar, en),
      kind: 'transactional',
      status: 'active',
      from,
      flow: names.isInternal ? 'internal' : 'customer',
      critical: random.isBelow(0.2),
    },
    { services: 1 },
  );
  if (random.isBelow(0.9)) {
    post('service.described', source, {
      serviceId,
      definition: lang(`خدمة ${ar} لدى الجهة المالكة.`, `${en}, as offered by its owner.`),
    });
  }
  post('service.classified', source, {
    serviceId,
    audience: names.isInternal ? ['employee'] : names.audience,
    scheme: 'dubai-themes',
    themes: [entityId],
    from,
  });
  post('service.documentsSet', source, {
    serviceId,
    items: [{ id: 'id', title: lang('بطاقة الهوية', 'Identity card'), form: 'digital' }],
    from,
  });
  offer(service, post, openingDay);
  post('service.proceduresSet', source, {
    serviceId,
    steps: steps.map(({ id, mode }) => ({ id, title: STEP_TITLES[id], mode, weight: 1 })),
    from,
  });
  const electronic = Math.round((10_000 * steps.filter(({ mode }) => mode === 'electronic').length) / steps.length);
  if (random.isBelow(0.8)) {
    const shares = { electronicBp: electronic, manualBp: 10_000 - electronic };
    post('service.sharesDeclared', source, { serviceId, ...shares, from, basis: 'declared' });
  }
};

const offer = (service: SimulatedService, post: Post, openingDay: string): void => {
  const { serviceId, entityId, names, channels } = service;
  for (const channel of channels) {
    post('service.channelOffered', `${entityId}:catalogue`, {
      serviceId,
      channel,
      processingMinutes: channel === 'counter' ? 45 : 15,
      feeFils: String(names.feeFils),
      from: openingDay,
    });
  }
};
