import type { FastifyReply } from 'fastify';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);

/** A page in both languages, Arabic first. Every file it names is our own. */
export function sendPage(reply: FastifyReply, title: string, body: string, head = ''): void {
  reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(
      `<!doctype html><html lang="ar-AE" dir="rtl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
        `<title>${escaped(title)}</title><link rel="stylesheet" href="/docs/assets/page.css">${head}</head><body>${body}</body></html>`,
    );
}

export const PAGE_CSS = `
body { font: 1rem/1.7 "IBM Plex Sans Arabic", system-ui, sans-serif; max-inline-size: 60rem; margin-inline: auto; padding: 1rem; color: #232528; background: #fff; }
h1, h2 { line-height: 1.3; } a { color: #7c5e24; } code, pre { font-family: "IBM Plex Mono", ui-monospace, monospace; }
pre { background: #f6f3ea; padding: .75rem; overflow: auto; direction: ltr; text-align: start; } bdi { unicode-bidi: isolate; }
table { border-collapse: collapse; } td, th { border-block-end: 1px solid #ccc; padding: .3rem .75rem; text-align: start; vertical-align: top; }
section[lang="en"] { direction: ltr; }
@media (prefers-color-scheme: dark) { body { background: #1b1d21; color: #eee; } a { color: #d7bc6d; } pre { background: #2a2d33; } }
`;
