import { randomUUID } from 'node:crypto';
import type { Socket } from 'node:net';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { guardRoutes } from './access/access-hook.js';
import type { RateLimits } from './access/rate-limits.js';
import type { CheckToken } from './access/tokens.js';
import { ACCEPTED_TYPES, REQUEST_BYTES_MAX } from './limits.js';
import type { Metrics } from './operations/metrics.js';
import { PROBLEM_TYPE, sendProblem } from './problems/failure.filter.js';
import { refuse } from './problems/failures.js';
import { languageOf, problemOf } from './problems/problem.js';
import { securityHeaders } from './security-headers.js';

const REQUEST_TIMEOUT_MILLISECONDS = 15_000;
const HEADERS_TIMEOUT_MILLISECONDS = 10_000;
/** Silence on a connection after which it is closed; the live feed beats more often. */
const CONNECTION_TIMEOUT_MILLISECONDS = 20_000;
const KEEP_ALIVE_MILLISECONDS = 65_000;
const HEADER_BYTES_MAX = 16 * 1024;
const REQUESTS_PER_SOCKET_MAX = 10_000;
const CONNECTIONS_MAX = 2_000;
/** A stream name has up to 512 bytes, each of which may be sent as three characters. */
const PARAMETER_CHARACTERS_MAX = 3 * 512;

/** Fastify with every limit set: its own defaults wait for ever and read text of any kind. */
export function createAdapter(): FastifyAdapter {
  return new FastifyAdapter({
    bodyLimit: REQUEST_BYTES_MAX,
    requestTimeout: REQUEST_TIMEOUT_MILLISECONDS,
    connectionTimeout: CONNECTION_TIMEOUT_MILLISECONDS,
    keepAliveTimeout: KEEP_ALIVE_MILLISECONDS,
    maxRequestsPerSocket: REQUESTS_PER_SOCKET_MAX,
    forceCloseConnections: 'idle',
    trustProxy: false,
    genReqId: () => randomUUID(),
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: PARAMETER_CHARACTERS_MAX },
    http: { headersTimeout: HEADERS_TIMEOUT_MILLISECONDS, maxHeaderSize: HEADER_BYTES_MAX },
    skipMiddie: true,
    frameworkErrors: refuseAddress,
    clientErrorHandler: refuseBytes,
  });
}

/** An address that no route can match: answered before any hook runs. */
function refuseAddress(error: { readonly code: string }, request: FastifyRequest, reply: FastifyReply): void {
  const language = languageOf(request.headers['accept-language']);
  const isTooLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH';
  const failure = isTooLong
    ? refuse('route.unknown', { params: { method: request.method } })
    : refuse('request.malformed', { params: { reason: 'the address is not a valid URL path' } });
  sendProblem(request, reply, problemOf(failure, language, `urn:sijill:request:${request.id}`), language);
}

const RAW_STATUS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
};

/** Bytes that are no HTTP request: one answer, and the connection ends. */
function refuseBytes(error: { readonly code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = RAW_STATUS[error.code ?? ''] ?? '400 Bad Request';
  const failure = refuse('request.malformed', { params: { reason: status.slice('400 '.length) } });
  const body = JSON.stringify({ ...problemOf(failure, 'ar'), status: Number.parseInt(status, 10) });
  const head = `HTTP/1.1 ${status}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close`;
  socket.end(`${head}\r\n\r\n${body}`);
}

/** Everything between the socket and Nest's routes. Call it before Nest registers them. */
export async function prepareServer(
  app: NestFastifyApplication,
  {
    checkToken,
    limits,
    metrics,
    logger,
  }: { checkToken: CheckToken; limits: RateLimits; metrics: Metrics; logger: Logger },
): Promise<void> {
  const server = app.getHttpAdapter().getInstance();
  server.server.maxConnections = CONNECTIONS_MAX;
  // RFC 9110, section 10.1.1: an expectation that we do not know may be passed over; node's own answer would be no problem of ours.
  server.server.on('checkExpectation', (request, response) => server.server.emit('request', request, response));
  server.removeAllContentTypeParsers();
  // Raw bytes: parsing is ours, because it decides what is evidence.
  for (const type of ACCEPTED_TYPES) {
    app.useBodyParser(type, { bodyLimit: REQUEST_BYTES_MAX }, (_request, body, done) => done(null, body));
  }
  const headers = await securityHeaders();
  server.addHook('onRequest', (_request, reply, done) => {
    reply.headers(headers);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    observe(request, reply, metrics, logger);
    done();
  });
  guardRoutes(server, checkToken, limits);
}

/** One line and one measurement a request; never a value out of it. */
function observe(request: FastifyRequest, reply: FastifyReply, metrics: Metrics, logger: Logger): void {
  const { method } = request;
  const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none');
  const milliseconds = reply.elapsedTime;
  metrics.requestSeconds.observe({ route, method, status: String(reply.statusCode) }, milliseconds / 1000);
  const line = { request: request.id, method, route, status: reply.statusCode, milliseconds: Math.round(milliseconds) };
  logger.info({ ...line, ...(request.problemCode !== undefined && { code: request.problemCode }) }, 'request');
}
