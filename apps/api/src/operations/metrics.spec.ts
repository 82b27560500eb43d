import { Metrics } from './metrics.js';

const QUEUE = /^sijill_append_queue_events (\S+)$/m;

test('The metric of the append queue is there from the start, and what the queue holds at the moment of asking', async () => {
  const metrics = new Metrics();
  const asked = async () => QUEUE.exec(await metrics.registry.metrics())?.[1];
  expect(await asked()).toBe('0');
  let events = 12;
  metrics.note({ name: 'append_queue', events: () => events });
  expect(await asked()).toBe('12');
  events = 4_096; // no group has ended meanwhile
  expect(await asked()).toBe('4096');
});
