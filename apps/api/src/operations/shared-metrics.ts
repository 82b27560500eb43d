import cluster from 'node:cluster';
import { AggregatorRegistry, type Registry } from 'prom-client';

/** Between a process that was asked for the metrics and the primary, which alone can ask all processes. */
interface Question {
  readonly sijillMetrics: 'wanted';
  readonly id: number;
}
interface Reply {
  readonly sijillMetrics: 'told';
  readonly id: number;
  /** Undefined: a process did not answer in time. */
  readonly text?: string;
}

/** In the primary: answers each question with what all processes measured, counters added up. */
export function answerForMetrics(): void {
  const all = new AggregatorRegistry();
  cluster.on('message', (worker, { sijillMetrics, id }: Partial<Question>) => {
    if (sijillMetrics !== 'wanted') return;
    const tell = (text?: string) => worker.isConnected() && worker.send({ sijillMetrics: 'told', id, text });
    all.clusterMetrics().then(tell, () => tell());
  });
}

/** The metrics as text: of this process, or, in one of several behind a port, of all of them. */
export function metricsText(registry: Registry): () => Promise<string> {
  if (!cluster.isWorker) return () => registry.metrics();
  AggregatorRegistry.setRegistries([registry]);
  new AggregatorRegistry(); // answers the primary from now on
  const waiting = new Map<number, (reply: Reply) => void>();
  process.on('message', (message: Partial<Reply>) => {
    if (message?.sijillMetrics === 'told') waiting.get(message.id as number)?.(message as Reply);
  });
  let asked = 0;
  return async () => {
    const id = asked++;
    const reply = new Promise<Reply>((resolve) => void waiting.set(id, resolve));
    process.send?.({ sijillMetrics: 'wanted', id } satisfies Question);
    const { text } = await reply;
    waiting.delete(id);
    if (text === undefined) throw new Error('a process did not tell its metrics in time');
    return text;
  };
}
