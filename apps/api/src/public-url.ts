/**
 * The address under which readers reach the ledger, where a proxy stands before it: scheme, host and port, nothing else. Absolute
 * addresses in answers are made of it. Without it they are made of the host that was asked, over http: headers in which a proxy
 * says what it was asked are never believed.
 *
 * @throws Error naming the variable, what it holds and what it may hold.
 */
export const readPublicUrl = (text: string | undefined): string | undefined => {
  if (!text) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && ORIGIN.test(text) && (url.protocol === 'https:' || url.protocol === 'http:')) return url.origin;
  throw new Error(`SIJILL_PUBLIC_URL is "${text}": an address like https://ledger.example.ae, without a path`);
};

const ORIGIN = /^https?:\/\/[^\s/@?#]+\/?$/i;
