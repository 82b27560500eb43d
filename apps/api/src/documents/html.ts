import type { FastifyReply } from 'fastify';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] as string);

/** Running text. Names in braces keep their own direction, or the braces would swap sides in Arabic. */
export const sentence = (text: string): string => escaped(text).replace(/\{\w+\}/g, '<bdi dir="ltr">$&</bdi>');

/** JSON as a listing. It reads from the left, and each Arabic text in it from the right. */
export const listing = (value: object): string =>
  escaped(JSON.stringify(value, null, 2)).replace(
    /^( *&quot;\w+&quot;: &quot;)(.*[\u0600-\u06ff].*)(&quot;,?)$/gm,
    (_, name: string, text: string, end: string) => `${name}<bdi>${text}</bdi>${end}`,
  );

/** Ways to the other pages: the same on each. */
export const siteLinks = (): string =>
  '<nav><ul><li><a href="/docs">الواجهة البرمجية <span lang="en">· API</span></a></li>' +
  '<li><a href="/docs/problems">المشكلات <span lang="en">· Problems</span></a></li>' +
  '<li><a href="/openapi.json"><bdi dir="ltr" lang="en">openapi.json</bdi></a></li></ul></nav>';

/** A page in both languages, Arabic first. Every file it names is our own. */
export function sendPage(reply: FastifyReply, title: string, body: string, head = ''): void {
  reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .send(
      `<!doctype html><html lang="ar-AE" dir="rtl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">` +
        `<title>${escaped(title)}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/docs/assets/page.css">${head}</head><body>${body}</body></html>`,
    );
}

/** The part of Swagger has its own styles: ours for code and tables keep to `main`. */
export const PAGE_CSS = `
body { font: 1rem/1.7 "IBM Plex Sans Arabic", system-ui, sans-serif; max-inline-size: 60rem; margin-inline: auto; padding: 1rem; color: #232528; background: #fff; }
h1, h2 { line-height: 1.3; } h1 { overflow-wrap: anywhere; } a { color: #7c5e24; } bdi { unicode-bidi: isolate; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.5rem; list-style: none; margin: 0; padding: 0; } nav a { display: inline-block; padding-block: .25rem; }
main code, main pre { font-family: "IBM Plex Mono", ui-monospace, monospace; }
main pre { background: #f6f3ea; padding: .75rem; direction: ltr; text-align: left; white-space: pre-wrap; overflow-wrap: anywhere; }
main table { border-collapse: collapse; inline-size: 100%; }
main td, main th { border-block-end: 1px solid #ccc; padding: .3rem .75rem; text-align: start; vertical-align: top; overflow-wrap: anywhere; }
main td:first-child { white-space: nowrap; }
section[lang="en"] { direction: ltr; border-block-start: 1px solid #ccc; margin-block-start: 2rem; }
@media (max-width: 48rem) {
  main thead { position: absolute; inline-size: 1px; block-size: 1px; overflow: hidden; clip-path: inset(50%); }
  main table, main tbody, main tr, main td { display: block; }
  main tr { border-block-end: 1px solid #ccc; padding-block: .5rem; } main td { border: 0; padding: .15rem 0; } main td:first-child { white-space: normal; }
}
@media (prefers-color-scheme: dark) { body { background: #1b1d21; color: #eee; } a { color: #d7bc6d; } main pre { background: #2a2d33; } }
`;
