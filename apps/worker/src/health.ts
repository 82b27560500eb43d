import { createServer } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';

/**
 * Answers `/health/live` and `/metrics` on `host`:`port`, from the start on, so that whoever watches the process sees that it turns,
 * also while it waits for a database that is away. How far the projections are, the api says.
 *
 * @returns its end.
 * @throws Error of the system when the port is taken.
 */
export async function serveHealth(port: number, host: string): Promise<() => Promise<void>> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const answers: Record<string, () => Promise<readonly [string, string]>> = {
    '/health/live': async () => ['application/json', '{"status":"ok"}'],
    '/metrics': async () => [registry.contentType, await registry.metrics()],
  };
  const server = createServer((request, response) => {
    const refuse = () => void request.socket.destroy(); // Nobody but a probe should ask, and it knows for what.
    const answer = answers[request.url ?? ''];
    if (answer === undefined) return refuse();
    return void answer().then(([type, body]) => response.setHeader('content-type', type).end(body), refuse);
  });
  server.requestTimeout = 5_000;
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  return async () => {
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
}
