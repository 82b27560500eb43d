import { Controller, Get, Inject, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { METRICS } from '../tokens.js';
import { Health } from './health.js';
import type { Metrics } from './metrics.js';
import { metricsText } from './shared-metrics.js';

/** For the machines that run the process. */
@Controller()
export class OperationsController {
  private readonly measured: () => Promise<string>;

  constructor(
    private readonly health: Health,
    @Inject(METRICS) private readonly metrics: Metrics,
  ) {
    this.measured = metricsText(metrics.registry);
  }

  /** The process runs. Says nothing of its surroundings, so that a broken database restarts nobody. */
  @Get('health/live')
  live(@Res() reply: FastifyReply): void {
    reply.header('cache-control', 'no-store').send({ status: 'live' });
  }

  @Get('health/ready')
  async ready(@Res() reply: FastifyReply): Promise<void> {
    const readiness = await this.health.check();
    reply
      .code(readiness.status === 'ready' ? 200 : 503)
      .header('cache-control', 'no-store')
      .send(readiness);
  }

  @Get('metrics')
  async measurements(@Res() reply: FastifyReply): Promise<void> {
    reply
      .type(this.metrics.registry.contentType)
      .header('cache-control', 'no-store')
      .send(await this.measured());
  }
}
