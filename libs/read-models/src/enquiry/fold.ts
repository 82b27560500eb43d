import { Column, Entity, PrimaryColumn } from 'typeorm';
import { instantMicros } from '#kernel';
import { composed, type Part, partOf } from '../part.js';
import type { Page, ReadEvent, ReadModel } from '../read-model.js';
import { registers } from '../registers.js';
import { dayAt, ENTITY_REGISTERED, noteZone, zoneKey } from '../transaction/entity-zone.js';
import { ENTITY_MERGED, foldMerger, MERGERS } from '../transaction/merged.js';
import { MergedEntity } from '../transaction/tables.js';

/** Enquiries and how they ended, as known on each day. None of them is a transaction. */
@Entity({ name: 'enquiry_day', synchronize: false })
export class EnquiryDay {
  @PrimaryColumn('date', { name: 'effective_day' }) effectiveDay!: string;
  @PrimaryColumn('date', { name: 'known_day' }) knownDay!: string;
  /** `event` dates an ending by its own day, `receipt` by the day of receipt: a question reads one of them. */
  @PrimaryColumn('text') basis!: string;
  @PrimaryColumn('text') entity!: string;
  /** Service asked about. */
  @Column('text', { primary: true, nullable: true }) service!: string | null;
  /** Channel of receipt. */
  @PrimaryColumn('text') channel!: string;
  @Column('text', { primary: true, nullable: true }) topic!: string | null;
  @PrimaryColumn('text') category!: string;
  @Column('bigint') received!: string;
  @Column('bigint') answered!: string;
  /** Closed without an answer. */
  @Column('bigint') unanswered!: string;
  /** +1 on the day of receipt, -1 on the day of the ending: a sum from the beginning is the stock. */
  @Column('bigint') open!: string;
  /** Whole minutes from receipt to answer. */
  @Column('bigint', { name: 'minutes_to_answer' }) minutesToAnswer!: string;
}

const RECEIVED = 'gov.sijill.enquiry.received.v1';
const ANSWERED = 'gov.sijill.enquiry.answered.v1';
const CLOSED = 'gov.sijill.enquiry.closedUnanswered.v1';

type Subject = {
  readonly entity: string;
  readonly service: string | null;
  readonly channel: string;
  readonly topic: string | null;
  readonly category: string;
};

interface EnquiryState {
  readonly subject: Subject;
  readonly at: string;
  readonly day: string;
}

const folded: Part = {
  name: '',
  version: 2,
  cubes: [EnquiryDay],
  rows: [MergedEntity],
  types: [RECEIVED, ANSWERED, CLOSED, ENTITY_REGISTERED, ENTITY_MERGED],
  keys: (event) => {
    if (event.category === 'enquiry') return [event.stream, zoneKey(String(event.data.entityId))];
    return [event.type === ENTITY_MERGED ? MERGERS : event.stream];
  },
  apply(event, page) {
    if (event.type === ENTITY_REGISTERED) noteZone(event, page);
    else if (event.type === ENTITY_MERGED) foldMerger(event, page);
    else if (event.type === RECEIVED) receive(event, page);
    else end(event, page);
  },
};

/** Enquiries, with the definitions and policies by which they are counted: both stand at one position. */
export const enquiriesModel: ReadModel = composed('enquiries', [folded, partOf(registers)]);

const receive = (event: ReadEvent, page: Page): void => {
  const { data, stream, time, knownDay } = event;
  const entity = String(data.entityId);
  const subject: Subject = {
    entity,
    service: (data.serviceId as string | undefined) ?? null,
    channel: String(data.channel),
    topic: (data.topic as string | undefined) ?? null,
    category: String(data.customerCategory),
  };
  const day = dayAt(event, entity, page);
  page.set<EnquiryState>(stream, { subject, at: time, day });
  for (const basis of BASES)
    page.add(EnquiryDay, { basis, effectiveDay: day, knownDay }, subject, { received: 1, open: 1 });
};

const BASES = ['event', 'receipt'] as const;
const MICROS_PER_MINUTE = 60_000_000n;

const end = (event: ReadEvent, page: Page): void => {
  const { type, stream, time, knownDay } = event;
  const enquiry = page.get<EnquiryState>(stream);
  if (!enquiry) return;
  const minutesToAnswer = (instantMicros(time) - instantMicros(enquiry.at)) / MICROS_PER_MINUTE;
  const measures: Readonly<Record<string, number | bigint>> =
    type === ANSWERED ? { answered: 1, open: -1, minutesToAnswer } : { unanswered: 1, open: -1 };
  const days = { event: dayAt(event, enquiry.subject.entity, page), receipt: enquiry.day };
  for (const basis of BASES)
    page.add(EnquiryDay, { basis, effectiveDay: days[basis], knownDay }, enquiry.subject, measures);
};
