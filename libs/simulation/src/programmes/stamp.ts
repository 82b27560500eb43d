import type { World } from '../register.js';
import { HALF, HALF_FROZEN_ON, HALF_LAST_DAY, RESULTS_ANNOUNCED_ON } from './agenda.js';
import { DIGITAL_BODIES } from './bodies.js';
import type { Chronicle } from './chronicle.js';
import { BASELINES } from './paper.js';

const STEWARD = 'digital:office';
const APPROVER = 'هيئة دبي الرقمية';
/** Holds the stamp until paper of the frozen half turns up: suspended by derivation. */
const LATE = 'women';
/** The same, but the record was a mistake and is void: holds it again. */
const MENDED = 'future';
const LATE_ON = '2025-09-05';
const MENDED_ON = '2025-09-20';

/** The first half of the year: assessed, frozen, announced, conferred; and paper that comes to light after that. */
export const tellStamps = (chronicle: Chronicle, world: World): void => {
  const steward = (day: string, hour: number, noun: string, data: Record<string, unknown>, effect = {}) =>
    chronicle.tell(day, hour, { noun, source: STEWARD, role: 'steward', data, effect });
  for (const entityId of BASELINES.keys()) {
    steward(HALF_LAST_DAY, 9, 'assessment.opened', { entityId, half: HALF }, { assessments: 1 });
  }
  for (const entityId of DIGITAL_BODIES) attest(chronicle, world, entityId);
  const until = HALF_LAST_DAY;
  const reason = { ar: 'أصول ورقية يشترط القضاء تقديمها', en: 'Originals that the courts ask for on paper' };
  const waiver = { entityId: 'courts', half: HALF, waiverId: 'w1', serviceId: 'courts-poa', maxSheets: 5_000, reason };
  steward(HALF_LAST_DAY, 11, 'assessment.waiverGranted', { ...waiver, approvedBy: APPROVER, until }, { waivers: 1 });
  steward(HALF_FROZEN_ON, 9, 'period.frozen', { jurisdiction: 'AE-DU', half: HALF }, { periods_frozen: 1 });
  for (const entityId of DIGITAL_BODIES) {
    const [services, internal] = [unitsOf(world, entityId, false), unitsOf(world, entityId, true)].map((units) => {
      const count = String(units.length);
      return { num: count, den: count };
    });
    const result = { entityId, half: HALF, atPosition: '0', sizeClass: 'small', services, internal };
    const announced = { ...result, announcedOn: RESULTS_ANNOUNCED_ON };
    steward(RESULTS_ANNOUNCED_ON, 10, 'assessment.resultAnnounced', announced, { results_announced: 1 });
    const conferred = { entityId, half: HALF, sizeClass: 'small' };
    steward(RESULTS_ANNOUNCED_ON, 11, 'stamp.conferred', conferred, { stamps_conferred: 1, stamps_held: 1 });
  }
  tellLatePaper(chronicle, LATE, { stamps_held: -1, stamps_suspended: 1, record_sheets_process: 12 });
  tellLatePaper(chronicle, MENDED, {});
  const mistake = { ar: 'سُجّل خطأً على هذه الجهة', en: 'Recorded against the wrong entity' };
  const voided = { entityId: MENDED, recordId: 'late-1', reason: mistake };
  chronicle.tell(MENDED_ON, 9, { noun: 'paper.voided', source: `${MENDED}:paper`, data: voided });
};

const unitsOf = (world: World, entityId: string, isInternal: boolean): readonly string[] =>
  world.services
    .filter((service) => service.entityId === entityId && Boolean(service.names.isInternal) === isInternal)
    .map(({ serviceId }) => serviceId);

/** Units without a transaction in the half are not idle when their owner says how they are used. */
const attest = (chronicle: Chronicle, world: World, entityId: string): void => {
  const note = { ar: 'لا نماذج ورقية ولا طباعة في هذه الخدمة', en: 'No paper forms and no printing in this service' };
  for (const serviceId of [...unitsOf(world, entityId, false), ...unitsOf(world, entityId, true)]) {
    const data = { entityId, half: HALF, serviceId, criterion: 'paper', note };
    chronicle.tell(HALF_LAST_DAY, 10, { noun: 'assessment.attested', source: `${entityId}:office`, data });
  }
};

/** Twelve sheets of March that nobody knew of when the half was frozen. */
const tellLatePaper = (chronicle: Chronicle, entityId: string, effect: Record<string, number>): void => {
  const period = { periodStart: '2025-03-01', periodEnd: '2025-03-31' };
  const record = {
    entityId,
    recordId: 'late-1',
    sheets: 12,
    kind: 'process',
    flow: 'customer',
    method: 'counted',
    ...period,
  };
  chronicle.tell(
    '2025-03-31',
    12,
    { noun: 'paper.consumed', source: `${entityId}:paper`, data: record, effect },
    LATE_ON,
  );
};
