import { Controller, Get, Inject, Query } from '@nestjs/common';
import type { EventStore } from '#event-store';
import { type ProjectionWatch, ReplayDesk } from '#read-models';
import { summaryOf } from '../replays/replay-answer.js';
import { EVENT_STORE, PROJECTION_WATCH } from '../tokens.js';
import { Parameters } from './parameters.js';

/** Where every projection stands: position, head, lag, rate, and what parked it; and the rebuilds that are not done. */
@Controller('v1/projections')
export class ProjectionsController {
  constructor(
    @Inject(PROJECTION_WATCH) private readonly watch: ProjectionWatch,
    @Inject(EVENT_STORE) private readonly store: EventStore,
    private readonly desk: ReplayDesk,
  ) {}

  @Get()
  async list(@Query() query: unknown): Promise<object> {
    new Parameters(query, []).check();
    const rebuilds = await this.desk.openRebuilds();
    const isDense = this.store.capabilities.order === 'dense';
    return {
      projections: await this.watch.statuses(),
      rebuilds: rebuilds.map((rebuild) => summaryOf(rebuild, isDense)),
    };
  }
}
