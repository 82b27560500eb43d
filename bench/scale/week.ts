import { Capacity, NOTHING, type Way } from './capacity.js';
import { type Demand, eventsPerYear, HOURS_A_WEEK, meanRate } from './demand.js';
import type { Design } from './designs.js';
import type { Figures } from './figures.js';

const MINUTE = 60;
/** In the busiest hour every process is away for half a minute: the lease of a worker, the election of a cluster. */
const AWAY_SECONDS = 30;
/** What integrators send again is bounded by their patience; beyond it they turn to paper. */
const WAIT_SECONDS_MAX = 60;
const LATE_SECONDS_MAX = 300;
const YEARS_KEPT = 10;
/** Disks of one machine. */
const BYTES_A_MACHINE_MAX = 30e12;
/** Read models that are folded anew stand beside the live ones meanwhile; longer than this nobody waits for a new version. */
const REBUILD_HOURS_MAX = 7 * 24;

/** More than there are, so that a search for the limit begins beyond it. */
const PEOPLE_MAX = 1e12;
const STEPS_MAX = 64;

export const LIMITS = ['intake', 'figures', 'answers', 'storage', 'rebuild'] as const;
export type Limit = (typeof LIMITS)[number];

export interface Week {
  /** Events a second of the busiest hour. */
  readonly peakRate: number;
  /** Share of the cores in use in the busiest hour, by group of machines. */
  readonly busy: Readonly<Record<string, number>>;
  /** Longest wait of an integrator, and of a figure after its event was sent; seconds. */
  readonly waitSeconds: number;
  readonly lateSeconds: number;
  /** Share of what arrived that was taken in and projected by the end; 1 when nothing is left over. */
  readonly done: number;
  /** After ten years; bytes on all disks, and of the fullest machine. */
  readonly bytes: number;
  readonly machineBytes: number;
  /** All read models from the first event of ten years. */
  readonly rebuildHours: number;
  /** What of the intake gives in first. */
  readonly narrowest: Way;
  /** What does not hold. Empty: it holds. */
  readonly breaks: readonly Limit[];
}

/**
 * The busiest week of a year, minute by minute: events arrive by the hour, wait for the intake, are taken in, wait for the projections.
 * Whatever could not be done in a minute waits for the next; in the middle of the busiest hour everything is away once.
 */
export function simulateWeek(design: Design, demand: Demand, figures: Figures): Week {
  const mean = meanRate(demand);
  const peak = Math.max(...demand.profile);
  const peakHour = demand.profile.indexOf(peak);
  const questions = (demand.people / 1e6) * demand.questionsPerMillion * peak;
  const capacity = new Capacity(design, figures, questions);
  const { intake, narrowest } = capacity;
  const catchingUp = Math.max(capacity.project(0), NOTHING);
  let [waiting, behind, arrived, projected, waitSeconds, lateSeconds] = [0, 0, 0, 0, 0, 0];
  for (let minute = 0; minute < HOURS_A_WEEK * MINUTE; minute++) {
    const isAway = minute === peakHour * MINUTE + MINUTE / 2;
    const seconds = isAway ? MINUTE - AWAY_SECONDS : MINUTE;
    const arriving = mean * demand.profile[Math.floor(minute / MINUTE)]! * MINUTE;
    const taken = Math.min(waiting + arriving, intake * seconds);
    const projecting = Math.min(behind + taken, capacity.project(taken / MINUTE) * seconds);
    arrived += arriving;
    projected += projecting;
    waiting += arriving - taken;
    behind += taken - projecting;
    const wait = waiting / Math.max(intake, NOTHING) + MINUTE - seconds;
    waitSeconds = Math.max(waitSeconds, wait);
    lateSeconds = Math.max(lateSeconds, wait + behind / catchingUp);
  }
  const events = eventsPerYear(demand) * YEARS_KEPT;
  const [journal, models] = [events * figures.journalBytes, events * figures.readModelBytes];
  const isTogether = design.runs.journal === design.runs.readModels;
  const week = {
    peakRate: mean * peak,
    busy: capacity.busy(mean * peak),
    waitSeconds,
    lateSeconds,
    done: arrived === 0 ? 1 : projected / arrived,
    bytes: journal * design.journalCopies + models * design.readModelCopies,
    machineBytes: isTogether ? journal + models : Math.max(journal, models),
    rebuildHours: events / capacity.project(mean) / 3_600,
  };
  const breaks: Readonly<Record<Limit, boolean>> = {
    intake: week.waitSeconds > WAIT_SECONDS_MAX || intake < week.peakRate,
    figures: week.lateSeconds > LATE_SECONDS_MAX,
    answers: !capacity.isAnswering,
    storage: week.machineBytes > BYTES_A_MACHINE_MAX,
    rebuild: week.rebuildHours > REBUILD_HOURS_MAX,
  };
  return { ...week, narrowest, breaks: LIMITS.filter((limit) => breaks[limit]) };
}

/** Most people for whom a design keeps within these limits, to a hundredth; 0: nobody. */
export function holdsUpTo(design: Design, demand: Demand, figures: Figures, limits: readonly Limit[] = LIMITS): number {
  const holdsFor = (people: number) => {
    const { breaks } = simulateWeek(design, { ...demand, people }, figures);
    return !limits.some((limit) => breaks.includes(limit));
  };
  let [holds, breaks] = [0, PEOPLE_MAX];
  for (let step = 0; step < STEPS_MAX && breaks - holds > holds / 100; step++) {
    const people = holds === 0 ? breaks / 10 : (holds + breaks) / 2;
    if (people < 1) break;
    if (holdsFor(people)) holds = people;
    else breaks = people;
  }
  return holds;
}
