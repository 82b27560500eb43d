import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Failure } from '#kernel';
import { ACCEPTED_TYPES, REQUEST_BYTES_MAX } from '../limits.js';
import { refuse } from './failures.js';
import { isOutage, storeUnavailable } from './outage.js';
import { languageOf, type Problem, problemOf, unexpected } from './problem.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';
/** Seconds after which a request that met `unavailable` may be sent again. */
const RETRY_AFTER_SECONDS = '1';

/** Every error that leaves the api passes here once: whatever it was, the answer is problem+json without internals. */
@Catch()
export class FailureFilter implements ExceptionFilter {
  private readonly logger = new Logger('problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent || reply.raw.headersSent) {
      // The answer had begun: all that is left is to break it off, so that the reader sees it is not whole.
      this.logger.error(error instanceof Error ? error.stack : String(error));
      reply.raw.destroy();
      return;
    }
    const language = languageOf(request.headers['accept-language']);
    const failure = failureOf(error, request);
    if (failure === undefined) this.logger.error(error instanceof Error ? error.stack : String(error));
    const instance = `urn:sijill:request:${request.id}`;
    const problem = failure === undefined ? unexpected(language, instance) : problemOf(failure, language, instance);
    if (failure?.kind === 'corrupt') this.logger.error(failure.stack);
    sendProblem(request, reply, problem, language);
  }
}

export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem, language: string): void {
  request.problemCode = problem.code;
  if (problem.status === 401) reply.header('www-authenticate', challenge(problem));
  if (problem.retryable && problem.status >= 429 && !reply.hasHeader('retry-after'))
    reply.header('retry-after', RETRY_AFTER_SECONDS);
  reply
    .code(problem.status)
    .header('content-type', PROBLEM_TYPE)
    .header('content-language', language)
    .header('cache-control', 'no-store')
    .header('vary', 'accept-language')
    .send(JSON.stringify(problem));
}

/** RFC 6750 section 3: without a token only the scheme, with a bad one its class of error. */
const challenge = ({ code }: Problem): string =>
  code === 'auth.missing' ? 'Bearer realm="sijill"' : 'Bearer realm="sijill", error="invalid_token"';

/** Our failure behind an error of the web framework; undefined when it is nobody's fault but ours. */
function failureOf(error: unknown, request: FastifyRequest): Failure | undefined {
  if (error instanceof Failure) return error;
  const cause = error instanceof HttpException ? error.cause : error;
  if (cause instanceof Failure) return cause;
  if (isOutage(cause)) return storeUnavailable(cause);
  const code = (cause as { code?: unknown } | undefined)?.code;
  const status =
    error instanceof HttpException ? error.getStatus() : Number((error as { statusCode?: number })?.statusCode);
  switch (true) {
    case code === 'FST_ERR_CTP_BODY_TOO_LARGE' || status === 413:
      return refuse('request.tooLarge', { params: { most: String(REQUEST_BYTES_MAX) } });
    case code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE' || status === 415:
      return refuse('media.unsupported', { params: { accepted: ACCEPTED_TYPES.join(', ') } });
    case status === 404 || status === 405 || status === 414:
      return refuse('route.unknown', { params: { method: request.method } });
    case status >= 400 && status < 500:
      return refuse('request.malformed', { params: { reason: reasonOf(code) } });
    case status === 503:
      return refuse('server.closing');
    default:
      return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'the address is not a valid URL path',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'the body is empty',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'the body is not as long as Content-Length says',
};
const reasonOf = (code: unknown): string =>
  (typeof code === 'string' && REASONS[code]) || 'the server could not read it';
