import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { CqrsModule } from '@nestjs/cqrs';
import type { DataSource } from 'typeorm';
import type { EventStore } from '#event-store';
import { DUBAI, dayOfInstant } from '#kernel';
import { type ProjectionWatch, ReplayDesk } from '#read-models';
import { DocsController } from './documents/docs.controller.js';
import { ErasureDesk } from './erasures/erasure-desk.js';
import { ErasuresController } from './erasures/erasures.controller.js';
import { EventsController } from './intake/events.controller.js';
import { Intake } from './intake/intake.js';
import { RecordFactsHandler } from './intake/records.js';
import { FILE_LIMITS, type FileLimits } from './limits.js';
import { AddressBase } from './linked-data/address-base.js';
import { WriteCatalogueHandler } from './linked-data/catalogue-file.query.js';
import { LinkedCatalogue } from './linked-data/linked-catalogue.js';
import { LinkedDataController } from './linked-data/linked-data.controller.js';
import { LinkedDataSets } from './linked-data/linked-data-sets.js';
import { Health } from './operations/health.js';
import type { Metrics } from './operations/metrics.js';
import { OperationsController } from './operations/operations.controller.js';
import { FailureFilter } from './problems/failure.filter.js';
import type { Cursors } from './reads/cursor.js';
import { dataSetQueryHandlers } from './reads/dataset.query.js';
import { DataSetsController } from './reads/datasets.controller.js';
import { Feeds } from './reads/feeds.js';
import { Freshness } from './reads/freshness.js';
import { JournalController } from './reads/journal.controller.js';
import { journalQueryHandlers } from './reads/journal.query.js';
import { ProjectionsController } from './reads/projections.controller.js';
import { ServicesController } from './reads/services.controller.js';
import { serviceQueryHandlers } from './reads/services.query.js';
import { Releases } from './releases/releases.js';
import { RebuildsController } from './replays/rebuilds.controller.js';
import { ReplaysController } from './replays/replays.controller.js';
import { StampsController } from './stamps/stamps.controller.js';
import { ReadStampsHandler } from './stamps/stamps.query.js';
import {
  CURSORS,
  EVENT_STORE,
  FILES,
  METRICS,
  PROJECTION_WATCH,
  PUBLIC_URL,
  READ_SOURCE,
  TODAY,
  VAULT,
} from './tokens.js';
import { PersonalReader } from './vault/personal-reader.js';
import type { Vault } from './vault/vault.js';

/** What the process brings: everything with a connection, a file or a clock behind it. */
export interface Parts {
  readonly store: EventStore;
  readonly source: DataSource;
  readonly watch: ProjectionWatch;
  readonly cursors: Cursors;
  readonly metrics: Metrics;
  readonly vault: Vault;
  readonly files?: FileLimits;
  readonly publicUrl?: string;
  readonly today?: () => string;
}

const dubaiToday = (): string => dayOfInstant(new Date().toISOString(), DUBAI);

@Module({})
export class ApiModule {
  static of(parts: Parts): DynamicModule {
    const { store, source, watch, cursors, metrics, vault, files = FILE_LIMITS, publicUrl, today = dubaiToday } = parts;
    const brought: Provider[] = [
      { provide: EVENT_STORE, useValue: store },
      { provide: READ_SOURCE, useValue: source },
      { provide: PROJECTION_WATCH, useValue: watch },
      { provide: CURSORS, useValue: cursors },
      { provide: METRICS, useValue: metrics },
      { provide: VAULT, useValue: vault },
      { provide: FILES, useValue: files },
      { provide: PUBLIC_URL, useValue: publicUrl },
      { provide: TODAY, useValue: today },
      { provide: ReplayDesk, useValue: new ReplayDesk(source) },
      { provide: ErasureDesk, useValue: new ErasureDesk(vault, store) },
    ];
    const writeSide = [Intake, RecordFactsHandler];
    const queryHandlers = [
      ...journalQueryHandlers,
      ...dataSetQueryHandlers,
      ...serviceQueryHandlers,
      ReadStampsHandler,
      WriteCatalogueHandler,
    ];
    const readSide = [
      ...[AddressBase, PersonalReader, Feeds, Freshness, Releases, LinkedCatalogue, LinkedDataSets],
      ...queryHandlers,
    ];
    return {
      module: ApiModule,
      imports: [CqrsModule.forRoot()],
      controllers: [
        EventsController,
        JournalController,
        ServicesController,
        StampsController,
        LinkedDataController,
        DataSetsController,
        ProjectionsController,
        RebuildsController,
        ReplaysController,
        ErasuresController,
        OperationsController,
        DocsController,
      ],
      providers: [...brought, ...writeSide, ...readSide, Health, { provide: APP_FILTER, useClass: FailureFilter }],
    };
  }
}
