import { Inject } from '@nestjs/common';
import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { DataSource } from 'typeorm';
import { type DataSet, dataSets, heldStamps, inSnapshot } from '#read-models';
import { READ_SOURCE } from '../tokens.js';

/** The projection that derives the stamp. */
export const { projection: STAMPS } = dataSets.get('stamp') as DataSet;

/** Marks that stand, with the position that the answer stands for. */
export class ReadStamps extends Query<
  Awaited<ReturnType<typeof heldStamps>> & { readonly asOfPosition: string | null }
> {
  constructor(readonly asked: Parameters<typeof heldStamps>[0]) {
    super();
  }
}

@QueryHandler(ReadStamps)
export class ReadStampsHandler implements IQueryHandler<ReadStamps> {
  constructor(@Inject(READ_SOURCE) private readonly source: DataSource) {}

  execute({ asked }: ReadStamps) {
    return inSnapshot(this.source, STAMPS, async (manager, { position }) => ({
      ...(await heldStamps(asked, manager)),
      asOfPosition: position,
    }));
  }
}
