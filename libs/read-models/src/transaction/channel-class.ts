/** Channel → class, policy `channel-classes@1` (domain.md, section 3.2). */
export const CHANNEL_CLASSES: Readonly<Record<string, string>> = {
  app: 'digital',
  web: 'digital',
  kiosk: 'digital',
  sms: 'digital',
  chat: 'digital',
  system: 'digital',
  call: 'remote',
  email: 'remote',
  mail: 'postal',
  fax: 'postal',
  counter: 'counter',
  partner: 'counter',
  other: 'unclassified',
};

export const CLASSES: readonly string[] = [...new Set(Object.values(CHANNEL_CLASSES))];

export const classOf = (channel: string): string => CHANNEL_CLASSES[channel] ?? 'unclassified';

/** Channels of a class, for SQL of ours: codes only, so they need no escaping. */
const listed = (channelClass: string): string =>
  Object.keys(CHANNEL_CLASSES)
    .filter((channel) => CHANNEL_CLASSES[channel] === channelClass)
    .map((channel) => `'${channel}'`)
    .join(', ');

/** SQL of the class of a channel column; `unclassified` where the code is unknown, null where there is no channel. */
export const classSql = (column: string): string => {
  const branches = CLASSES.map((name) => `when ${column} in (${listed(name)}) then '${name}'`);
  return `case ${branches.join(' ')} when ${column} is not null then 'unclassified' end`;
};
