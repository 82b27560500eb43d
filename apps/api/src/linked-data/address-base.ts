import { Inject, Injectable, Optional } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { refuse } from '../problems/failures.js';
import { PUBLIC_URL } from '../tokens.js';
import { type Addresses, addressesBelow } from './addresses.js';

const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** What absolute addresses begin with: the public address of the ledger where it has one, else the host that was asked. */
@Injectable()
export class AddressBase {
  constructor(@Optional() @Inject(PUBLIC_URL) private readonly publicUrl?: string) {}

  of({ protocol, host }: Pick<FastifyRequest, 'protocol' | 'host'>): string {
    if (this.publicUrl !== undefined) return this.publicUrl;
    if (HOST.test(host)) return `${protocol}://${host}`;
    throw refuse('request.malformed', { params: { reason: 'the host is no name and no address' } });
  }

  addressesFor(request: Pick<FastifyRequest, 'protocol' | 'host'>): Addresses {
    return addressesBelow(this.of(request));
  }
}
