import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { ProjectionWatch } from '#read-models';
import { PROJECTION_WATCH } from '../tokens.js';
import { Parameters } from './parameters.js';

/** Where every projection stands: position, head, lag, rate, and what parked it. */
@Controller('v1/projections')
export class ProjectionsController {
  constructor(@Inject(PROJECTION_WATCH) private readonly watch: ProjectionWatch) {}

  @Get()
  async list(@Query() query: unknown): Promise<object> {
    new Parameters(query, []).check();
    return { projections: await this.watch.statuses() };
  }
}
