import { CHANNEL_CLASSES } from '#ledger';
import { type ClassRules, classOnSql } from './class-rules.js';

/** Whether every version has the classes of the code, by which the fold has judged. */
const isAsFolded = (rules: ClassRules): boolean =>
  rules.every(({ classes }) =>
    Object.entries(CHANNEL_CLASSES).every(([channel, name]) => classes[channel as keyof typeof classes] === name),
  );

const digital = Object.entries(CHANNEL_CLASSES).flatMap(([channel, name]) =>
  name === 'digital' ? [`'${channel}'`] : [],
);
/** Of these cells the flags say what the other conditions say, for the channels passed. */
const IS_PLAIN = `((c.channel in (${digital.join(', ')}) or c.assisted) and c.reached is null)`;
const COMPLETED = '(c.eYes + c.eNo + c.eUnknown)';
const rest = (plain: string, other: string): string => `(case when ${IS_PLAIN} then c.${plain} else c.${other} end)`;
const [YES, UNKNOWN] = [rest('eYes', 'restYes'), rest('eUnknown', 'restUnknown')];

/**
 * Measure → SQL inside the sum of the electronic test by the classes of channels on the day of a cell (domain.md, section 3.4). The
 * fold has judged by the classes of the code and kept what else the test looks at; undefined: by these rules that is the same.
 */
export const electronicSql = (rules: ClassRules): Readonly<Record<string, string>> | undefined => {
  if (isAsFolded(rules)) return undefined;
  const ofRequest = classOnSql('c.channel', 'c.effectiveDay', rules);
  const isDigital = `(c.assisted or ${ofRequest} = 'digital')`;
  const ofSwitch = classOnSql('s.channel', 'c.effectiveDay', rules);
  const hasLeft = `(c.reached is not null and exists (select from unnest(string_to_array(c.reached, ',')) as s (channel)
    where ${ofSwitch} is distinct from 'digital'))`;
  const isNo = `(${hasLeft} or not ${isDigital} and ${ofRequest} <> 'unclassified')`;
  const yes = `case when ${isNo} or not ${isDigital} then 0 else ${YES} end`;
  const no = `case when ${isNo} then ${COMPLETED} else ${COMPLETED} - ${YES} - ${UNKNOWN} end`;
  return {
    e_yes: yes,
    e_no: no,
    e_unknown: `case when ${isNo} then 0 when ${isDigital} then ${UNKNOWN} else ${YES} + ${UNKNOWN} end`,
    paperless: `case when ${isNo} or not ${isDigital} then 0 else ${rest('paperless', 'restPaperless')} end`,
  };
};
