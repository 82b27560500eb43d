import { setTimeout as pause } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import {
  entityRegistered,
  type Reply,
  type Role,
  serviceRegistered,
  type TestApi,
  transactionReceived,
} from './api.js';

const WAIT_MS = 60_000;
const LOOK_MS = 20;
/** How long the apis of these tests remember a key: an erasure waits for twice as long. */
export const KEY_CACHE_MS = 50;

export const LEGAL_BASIS = 'Request 12 of 2026';

/** What operators do to persons, and what an administrator sees of it. */
export class ErasureBench {
  private numbers = 0;

  private constructor(
    readonly api: TestApi,
    readonly admin: DataSource,
  ) {}

  static async over(api: TestApi): Promise<ErasureBench> {
    const admin = await new DataSource({ type: 'postgres', url: api.database.adminUrl }).initialize();
    return new ErasureBench(api, admin);
  }

  /** With an entity and a service, for events that name persons. */
  static async withService(api: TestApi): Promise<ErasureBench> {
    await api.post('steward', [entityRegistered('rta'), serviceRegistered('rta-vehicle-renewal', 'rta')]);
    return ErasureBench.over(api);
  }

  close(): Promise<void> {
    return this.admin.destroy();
  }

  event(customerRef: string, data: object = {}): object {
    return transactionReceived(`E-${++this.numbers}`, { customerRef, ...data });
  }

  send(as: Role, path: string, body: unknown, headers: object = {}, method = 'POST'): Promise<Reply> {
    const sent = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    return this.api.send(as, method, path, {
      ...sent,
      headers: { 'content-type': 'application/json', 'accept-language': 'en', ...headers },
    });
  }

  ask(customerRef: string, more: object = {}, headers: object = {}, as: Role = 'operator'): Promise<Reply> {
    const body = { entityId: 'rta', customerRef, legalBasis: LEGAL_BASIS, ...more };
    return this.send(as, '/v1/erasures', body, headers);
  }

  confirm(id: string, as: Role = 'second-operator'): Promise<Reply> {
    return this.send(as, `/v1/erasures/${id}/confirmation`, undefined);
  }

  cancel(id: string): Promise<Reply> {
    return this.send('operator', `/v1/erasures/${id}`, undefined, {}, 'DELETE');
  }

  /** Asked for and confirmed. @returns the number of the erasure. */
  async wanted(customerRef: string, more: object = { eraseAfterDays: 0 }): Promise<string> {
    const { body } = await this.ask(customerRef, more);
    await this.confirm(body.id);
    return body.id;
  }

  // biome-ignore lint/suspicious/noExplicitAny: a test reads members of answers whose shape is what it checks
  async until(id: string, state: string): Promise<any> {
    for (const end = Date.now() + WAIT_MS; Date.now() < end; await pause(LOOK_MS)) {
      const { body } = await this.api.get('operator', `/v1/erasures/${id}`);
      if (body.state === state) return body;
    }
    throw new Error(`erasure ${id} does not become ${state}`);
  }

  /** The row of the person of an erasure. */
  async subject(id: string): Promise<{ wrapped_key: Buffer | null; is_blocked: boolean; types: string[] } | undefined> {
    const sql = 'select s.* from vault.subject s join vault.erasure e using (subject_id) where e.id = $1';
    return (await this.admin.query(sql, [id]))[0];
  }

  /** As if days had gone by since the person was erased. */
  async daysLater(id: string, days: number): Promise<void> {
    await this.admin.query(`update vault.erasure set erased_at = erased_at - $2 * interval '1 day' where id = $1`, [
      id,
      days,
    ]);
  }

  /** Events that say that a person was erased. */
  async recorded(subjectId: string): Promise<readonly { readonly type: string; readonly data: object }[]> {
    const { body } = await this.api.get('regulator', `/v1/streams/subject-${subjectId}`);
    return body.events ?? [];
  }
}
