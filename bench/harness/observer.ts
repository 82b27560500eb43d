import { monitorEventLoopDelay, performance } from 'node:perf_hooks';

/** Loaded into a process before its program: tells its parent how it is, whenever the parent asks. */
export interface Sample {
  readonly rssBytes: number;
  readonly heapBytes: number;
  /** Longest that the event loop was held up since the last question. */
  readonly loopDelayMsMax: number;
  readonly cpuSeconds: number;
  readonly uptimeSeconds: number;
}

const RESOLUTION_MS = 10;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();

process.on('message', (message) => {
  if (message !== 'sample') return;
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  const sample: Sample = {
    rssBytes: rss,
    heapBytes: heapUsed,
    loopDelayMsMax: Math.max(0, delay.max / 1e6 - RESOLUTION_MS),
    cpuSeconds: (user + system) / 1e6,
    uptimeSeconds: performance.now() / 1_000,
  };
  delay.reset();
  process.send?.({ sample });
});
