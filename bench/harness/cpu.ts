import { readdirSync, readFileSync } from 'node:fs';

/** CPU seconds since some moment; only differences mean something. Null: the system does not tell. */
export interface Cpu {
  readonly client: number;
  readonly server: number | null;
  /** Everything on the machine, these included. */
  readonly machine: number | null;
}

/** Linux counts for programs in hundredths of a second, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/**
 * @param postmaster process of the database server: its sessions are its children, and what ended ones used is booked on it.
 * @param ledger process of the ledger, where it is not this one, or the parent of several; counts as the client of the database.
 */
export const readCpu = (postmaster: number, ledger?: number): Cpu => {
  const { user, system } = process.cpuUsage();
  const own = (user + system) / 1e6;
  const processes = readProcesses();
  if (processes === undefined) return { client: own, server: null, machine: null };
  let server = 0;
  let other = 0;
  for (const { pid, parent, ticks, endedChildrenTicks } of processes) {
    if (pid === postmaster) server += ticks + endedChildrenTicks;
    if (parent === postmaster) server += ticks;
    if (pid === ledger || parent === ledger) other += ticks;
  }
  return {
    client: own + other / TICKS_PER_SECOND,
    server: server / TICKS_PER_SECOND,
    machine: machineTicks() / TICKS_PER_SECOND,
  };
};

interface ProcessTicks {
  readonly pid: number;
  readonly parent: number;
  readonly ticks: number;
  readonly endedChildrenTicks: number;
}

function readProcesses(): readonly ProcessTicks[] | undefined {
  if (process.platform !== 'linux') return undefined;
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => statOf(Number(name)));
}

/** proc(5): the command in brackets may hold anything, so fields are counted from behind it. */
function statOf(pid: number): readonly ProcessTicks[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  } catch {
    return []; // it ended between the listing and the look
  }
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const [user, system, endedUser, endedSystem] = fields.slice(11, 15).map(Number) as [number, number, number, number];
  return [{ pid, parent: Number(fields[1]), ticks: user + system, endedChildrenTicks: endedUser + endedSystem }];
}

/** Busy ticks of all cores: user, nice, system, and both kinds of interrupts. */
function machineTicks(): number {
  const [line = ''] = readFileSync('/proc/stat', 'latin1').split('\n');
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = line.split(/\s+/).slice(1).map(Number);
  return user + nice + system + irq + softirq;
}
