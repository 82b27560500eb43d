import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { dataSets } from '#read-models';
import type { FileLimits } from '../limits.js';
import { Parameters } from '../reads/parameters.js';
import { Releases } from '../releases/releases.js';
import { FILES } from '../tokens.js';
import { AddressBase } from './address-base.js';
import { dataSetNodes } from './dataset-nodes.js';
import type { LinkedRequest } from './linked-catalogue.js';
import { LinkedFile, type LinkedFormat } from './linked-file.js';
import { isKnownTo, sendLinked } from './media.js';

/** The data sets by DCAT 3, with their licences where they are released. */
@Injectable()
export class LinkedDataSets {
  constructor(
    private readonly releases: Releases,
    private readonly base: AddressBase,
    @Inject(FILES) private readonly limits: FileLimits,
  ) {}

  async graph(format: LinkedFormat, { raw, request, reply }: LinkedRequest): Promise<Buffer | undefined> {
    new Parameters(raw, []).check();
    const licences = new Map<string, string>();
    for (const name of dataSets.keys()) {
      const terms = await this.releases.inForce(name);
      if (terms !== undefined) licences.set(name, terms.licence);
    }
    const graph = new LinkedFile(format, this.limits);
    for (const node of dataSetNodes(this.base.addressesFor(request), licences)) graph.add(node);
    const file = graph.end();
    const tag = `"${createHash('sha256').update(file).digest('base64url')}"`;
    return sendLinked(reply, format, isKnownTo(request)(tag) ? { tag } : { tag, file });
  }
}
