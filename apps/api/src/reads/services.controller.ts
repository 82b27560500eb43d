import { Controller, Get, Param, Query } from '@nestjs/common';
import { refuse } from '../problems/failures.js';

/** The catalogue of services, open to everybody. */
@Controller('v1/services')
export class ServicesController {
  @Get()
  search(@Query() _query: unknown): object {
    return { services: [] };
  }

  @Get(':id')
  service(@Param('id') id: string): object {
    throw refuse('service.unknown', { params: { id: id.slice(0, 200) } });
  }
}
