import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { nearest } from '#kernel';
import { refuse } from '../problems/failures.js';
import { PAGE_CSS, sendPage, siteLinks } from './html.js';
import { openApiDocument } from './openapi.js';
import { problemCodes, problemIndex, problemPage } from './problem-pages.js';

/** From where this file is, not from where the process was started. */
const require = createRequire(import.meta.url);

const SCRIPT = 'text/javascript; charset=utf-8';
const STYLE = 'text/css; charset=utf-8';
/** No validator badge: it would call an address outside. */
const START_SCRIPT = `const dark = matchMedia('(prefers-color-scheme: dark)');
const follow = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', follow);
follow();
window.ui = SwaggerUIBundle({ url: '/openapi.json', dom_id: '#swagger-ui', validatorUrl: null, deepLinking: true });`;
const INTRODUCTION =
  '<main><h1>سجل: الواجهة البرمجية</h1>' +
  '<p>سجل وقائع المعاملات الحكومية. تُرسل كل واقعة حدثاً بصيغة CloudEvents إلى <bdi dir="ltr"><code>POST /v1/events</code></bdi>، ' +
  'ومنها تُبنى كل الأرقام. المرجع أدناه بالإنجليزية، وهو وصف OpenAPI نفسه، وصفحات المشكلات باللغتين.</p>' +
  '<p lang="en" dir="ltr">Every fact arrives as a CloudEvent at <code>POST /v1/events</code>, and every figure is built from them. ' +
  'The pages of problems are in both languages.</p></main>';
/** The only files that are served: no path is ever made from what a caller sends. */
const ASSETS: Readonly<Record<string, { readonly type: string; readonly text?: string }>> = {
  'page.css': { type: STYLE, text: PAGE_CSS },
  'start.js': { type: SCRIPT, text: START_SCRIPT },
  'swagger-ui.css': { type: STYLE },
  'swagger-ui-bundle.js': { type: SCRIPT },
};

/** Descriptions for people and machines. Everything comes from this process: the pages work with the network cable out. */
@Controller()
export class DocsController {
  private readonly document = JSON.stringify(openApiDocument());
  private readonly swagger = dirname(require.resolve('swagger-ui-dist/package.json'));

  @Get('openapi.json')
  openApi(@Res() reply: FastifyReply): void {
    reply.type('application/json; charset=utf-8').send(this.document);
  }

  @Get('docs')
  docs(@Res() reply: FastifyReply): void {
    const head = '<link rel="stylesheet" href="/docs/assets/swagger-ui.css">';
    const scripts =
      '<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/assets/start.js"></script>';
    sendPage(
      reply,
      'سجل · Sijill API',
      `${siteLinks()}${INTRODUCTION}<div id="swagger-ui" dir="ltr" lang="en"></div>${scripts}`,
      head,
    );
  }

  @Get('docs/assets/:file')
  async asset(@Param('file') file: string, @Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const asset = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (asset === undefined) throw refuse('route.unknown', { params: { method: request.method } });
    const content = asset.text ?? (await readFile(join(this.swagger, file)));
    reply.type(asset.type).header('cache-control', 'public, max-age=3600').send(content);
  }

  @Get('docs/problems')
  problems(@Res() reply: FastifyReply): void {
    sendPage(reply, 'المشكلات · Problems', problemIndex());
  }

  @Get('docs/problems/:code')
  problem(@Param('code') code: string, @Res() reply: FastifyReply): void {
    const page = problemPage(code);
    if (page === undefined) {
      const near = nearest(code, problemCodes()).join(', ');
      throw refuse('problem.unknown', { params: { name: code.slice(0, 80), nearest: near || '-' } });
    }
    sendPage(reply, code, page);
  }
}
