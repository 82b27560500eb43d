import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** What a parent asks: as it is, or after all garbage was collected, which takes some ten milliseconds. */
export type Asked = 'sample' | 'sample without garbage';

/** Loaded into a process before its program: tells its parent how it is, whenever the parent asks. */
export interface Sample {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Buffers, which lie outside of the heap. */
  readonly outsideBytes: number;
  /** Longest that the event loop was held up since the last question. */
  readonly loopDelayMsMax: number;
  readonly cpuSeconds: number;
  readonly uptimeSeconds: number;
}

const RESOLUTION_MS = 10;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

process.on('message', (message: Asked) => {
  if (message === 'sample without garbage') collect();
  else if (message !== 'sample') return;
  const { rss, heapUsed, external } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const sample: Sample = {
    rssBytes: rss,
    heapBytes: heapUsed,
    outsideBytes: external,
    loopDelayMsMax: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
    cpuSeconds: (user + system) / 1e6,
    uptimeSeconds: performance.now() / 1_000,
  };
  delay.reset();
  process.send?.({ sample });
});
