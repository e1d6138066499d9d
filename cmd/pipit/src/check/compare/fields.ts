import type { FieldSchema, MessageSchema } from '@pipit/schema';
import {
  bothCallers,
  type Breaks,
  breaking,
  breaksOf,
  breaksWriters,
  type Format,
  type Route,
  union,
} from './breaks.ts';
import type { Change, Findings } from './finding.ts';
import { presenceFits } from './presence.ts';
import { refusesUnset } from './unset-rules.ts';
import { fieldFits, typeText } from './values.ts';

/** The way to another type that breaks nobody. */
export const otherField =
  'leave it as it is, with `[deprecated = true]`, and add another field with a new name and number';

/** A field in both versions. */
export interface FieldPair {
  readonly old: FieldSchema;
  readonly now: FieldSchema;
}

/**
 * Compares the fields of a message: their names for JSON and forms, their numbers for protobuf, their types for all.
 * @returns the fields that are there in both, whose messages and enums are yet to be compared
 */
export function compareFields(
  old: MessageSchema,
  now: MessageSchema,
  route: Route,
  findings: Findings,
): FieldPair[] {
  const pairs: FieldPair[] = [];
  const taken = new Set<FieldSchema>();
  for (const was of old.fields) {
    const is = counterpart(was, old, now);
    if (is === undefined) {
      addGone(was, old, now, route, findings);
      continue;
    }
    taken.add(is);
    if (comparePair({ old: was, now: is }, { old, now }, route, findings)) pairs.push({ old: was, now: is });
  }
  for (const is of now.fields) {
    if (!taken.has(is) && is.presence === 'required') addRequired(is, old, route, findings);
  }
  return pairs;
}

/** The field of the same name, else that of the same number where its name is a new one. */
function counterpart(was: FieldSchema, old: MessageSchema, now: MessageSchema): FieldSchema | undefined {
  const named = now.fields.find(({ name }) => name === was.name);
  if (named !== undefined) return named;
  const numbered = now.fields.find(({ number }) => number === was.number);
  return numbered !== undefined && old.fields.every(({ name }) => name !== numbered.name)
    ? numbered
    : undefined;
}

/** @returns whether the types of the two are to be compared further */
function comparePair(
  pair: FieldPair,
  messages: { readonly old: MessageSchema; readonly now: MessageSchema },
  route: Route,
  findings: Findings,
): boolean {
  const { old, now } = pair;
  const add = (change: Change, what: string, breaks: Breaks, instead: string): void =>
    findings.add({
      change,
      subject: `${messages.old.fullName}.${old.name}`,
      what,
      at: now.file.source.at(now.path),
      inOld: false,
      breaks,
      instead,
    });
  const typeBreaks = union([
    breaksOf(route, old, now, fieldFits),
    breaksOf(
      route,
      { field: old, message: messages.old },
      { field: now, message: messages.now },
      presenceFits,
    ),
  ]);
  if (old.name !== now.name && hasOtherBytes(pair)) {
    // Nothing but its number is the same: it is another field.
    const bytes = breaksOf({ ...route, formats: route.formats.filter(isProtobuf) }, old, now, fieldFits);
    const breaks = union([bytes, breaking(['older clients'], route.formats)]);
    const what = `is gone, and its number ${old.number} is that of \`${now.name}\`, ${typeText(now)}`;
    add('field_gone', what, breaks, `keep it, and give \`${now.name}\` a number that no field had`);
    return false;
  }
  if (old.protoKey !== now.protoKey || old.jsonKey !== now.jsonKey) {
    add('field_name', namesText(pair), breaking(bothCallers, named(route)), nameAdvice(pair));
  }
  if (old.number !== now.number) {
    const breaks = breaking(bothCallers, route.formats.filter(isProtobuf));
    add(
      'field_number',
      `has number ${now.number}, had ${old.number}`,
      breaks,
      `leave the number ${old.number} to it`,
    );
  }
  if (typeBreaks.size > 0) {
    const [is, was] = [typeText(now), typeText(old)];
    const what = is === was ? 'shares its oneof with other fields than before' : `is ${is}, was ${was}`;
    add('field_type', what, typeBreaks, otherField);
  } else if (old.defaultText !== now.defaultText) {
    const what = `has the default ${now.defaultText ?? 'of its type'}, had ${old.defaultText ?? 'that of its type'}`;
    const breaks = breaking(bothCallers, route.formats);
    add('field_default', what, breaks, 'keep the default: who reads an unset field has his own');
  }
  return true;
}

function addGone(
  was: FieldSchema,
  old: MessageSchema,
  now: MessageSchema,
  route: Route,
  findings: Findings,
): void {
  const breaks = [breaking(['older clients'], route.formats)];
  if (was.presence === 'required') breaks.push(breaking(bothCallers, route.formats));
  // Nobody sends any more what they ask for.
  else if (route.to === 'server' && refusesUnset(was).length > 0)
    breaks.push(breaking(['older servers'], route.formats));
  findings.add({
    change: 'field_gone',
    subject: `${old.fullName}.${was.name}`,
    what: `is gone, was ${typeText(was)} ${was.number}`,
    at: now.file.source.at(now.path),
    inOld: false,
    breaks: union(breaks),
    instead: `keep it with \`[deprecated = true]\` until nobody uses it, then \`reserved ${was.number}; reserved "${was.name}";\``,
  });
}

function addRequired(is: FieldSchema, message: MessageSchema, route: Route, findings: Findings): void {
  findings.add({
    change: 'field_required',
    subject: `${message.fullName}.${is.name}`,
    what: 'is new, and required',
    at: is.file.source.at(is.path),
    inOld: false,
    breaks: breaksWriters(route),
    instead: 'leave out `required`, and have the handler ask for it',
  });
}

function isProtobuf(format: Format): boolean {
  return format === 'protobuf';
}

/** The forms in which a field goes by its name. */
function named({ formats }: Route): Format[] {
  return formats.filter((format) => !isProtobuf(format));
}

/** Tells whether the bytes of one version mean nothing in the other, in either direction. */
function hasOtherBytes({ old, now }: FieldPair): boolean {
  const fits = (writer: FieldSchema, reader: FieldSchema): boolean =>
    fieldFits({ format: 'protobuf', writer, reader, to: 'server' });
  return !fits(old, now) && !fits(now, old);
}

function namesText({ old, now }: FieldPair): string {
  if (old.name !== now.name) return `is called \`${now.name}\``;
  return `is \`${now.jsonName}\` in JSON, was \`${old.jsonName}\``;
}

function nameAdvice({ old, now }: FieldPair): string {
  if (old.name !== now.name)
    return `keep the name, or add \`${now.name}\` with a new number beside it and fill both`;
  return 'keep its name in JSON (`json_name`)';
}
