import { randomBytes } from 'node:crypto';
import { Body, Controller, HttpCode, type INestApplication, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { FastifyRequest } from 'fastify';
import { splitLines } from '#kernel';
import { schemaOf, streamNameOf, streamOfType } from '#ledger';
import { type EventRow, insertMany, insertOne, Raw } from './raw.js';
import { salt } from './sample.js';

const HOST = '127.0.0.1';
const REQUEST_BYTES_MAX = 4 * 1024 * 1024;
const CONNECTIONS = 16;

interface Wire {
  readonly type: string;
  readonly source: string;
  readonly id: string;
  readonly time: string;
  readonly data: object;
}

/** Envelope and data in one compiled schema a type: what a framework's own validation comes to. Forms are patterns, days and times texts. */
const ajv = new Ajv2020({ strict: false, validateFormats: false });
const text = { type: 'string', minLength: 1, maxLength: 512 };
const checks = new Map<string, ValidateFunction>();
const checkOf = (type: string): ValidateFunction => {
  const { $schema: _, ...data } = schemaOf(type);
  const attributes = { specversion: { const: '1.0' }, type: text, source: text, id: text, time: text };
  const check = ajv.compile({
    type: 'object',
    properties: { ...attributes, datacontenttype: text, correlationid: text, causationid: text, data },
    required: [...Object.keys(attributes), 'data'],
    additionalProperties: false,
  });
  checks.set(type, check);
  return check;
};

const revisions = new Map<string, number>();

/** The row that the ledger would store, without asking a rule and with chance in place of a MAC. */
const rowOf = (event: Wire): EventRow => {
  const check = checks.get(event.type) ?? checkOf(event.type);
  if (!check(event)) throw new Error(JSON.stringify(check.errors));
  const { type, source, id, time, data } = event;
  const stream = streamNameOf(streamOfType(type), data);
  const revision = revisions.get(stream) ?? 0;
  revisions.set(stream, revision + 1);
  const bytes = Buffer.from(JSON.stringify(data));
  return {
    stream,
    revision,
    event: { type, source, id, time, actor: 'bench', data: bytes, salt: salt(), requestMac: salt() },
  };
};

const parsed = (bytes: Uint8Array): Wire =>
  JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()) as Wire;

/** Nest on Fastify, a compiled schema and one multi-row INSERT a request: as little as somebody could write who needs no ledger. */
export async function serveBareBatches(databaseUrl: string): Promise<Served> {
  const raw = new Raw(databaseUrl, CONNECTIONS);
  @Controller('v1')
  class BareController {
    @Post('events')
    @HttpCode(200)
    async post(@Body() body: Buffer): Promise<object> {
      const rows = splitLines(body).map(({ bytes }) => rowOf(parsed(bytes)));
      await insertMany(raw, rows);
      return { created: rows.length };
    }
  }
  @Module({ controllers: [BareController] })
  class BareModule {}
  const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), { logger: false });
  const limit = { bodyLimit: REQUEST_BYTES_MAX };
  app.useBodyParser('application/x-ndjson', limit, (_request, body, done) => done(null, body));
  await app.listen(0, HOST);
  return { url: await app.getUrl(), close: () => closeAll(app, raw) };
}

/** Fastify alone, the same schema and one prepared INSERT an event. */
export async function serveBareEvents(databaseUrl: string): Promise<Served> {
  const raw = new Raw(databaseUrl, CONNECTIONS);
  const server = new FastifyAdapter().getInstance();
  const type = 'application/cloudevents+json';
  server.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, parsed(body as Buffer)),
  );
  server.post('/v1/events', async ({ body }: FastifyRequest, reply) => {
    await insertOne(raw, rowOf(body as Wire));
    return reply.code(201).send({ request: randomBytes(8).toString('hex') });
  });
  const url = await server.listen({ port: 0, host: HOST });
  return { url, close: () => Promise.all([server.close(), raw.close()]).then(() => undefined) };
}

export interface Served {
  readonly url: string;
  close(): Promise<void>;
}

const closeAll = async (app: INestApplication, raw: Raw): Promise<void> => {
  await app.close();
  await raw.close();
};
