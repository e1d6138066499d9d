import type { EnumSchema, EnumValueSchema } from '@pipit/schema';
import { bothCallers, type Breaks, breaking, breaksWriters, type Format, type Route } from './breaks.ts';
import type { Findings } from './finding.ts';

/** Compares the values of an enum by name and number. Values that are new break nobody: readers leave out what they do not know. */
export function compareEnums(old: EnumSchema, now: EnumSchema, route: Route, findings: Findings): void {
  // A form holds no enums.
  const formats = route.formats.filter((format) => format === 'JSON' || format === 'protobuf');
  const names = new Map(now.values.map((value) => [value.name, value]));
  const oldNames = new Set(old.values.map(({ name }) => name));
  const add = (
    was: EnumValueSchema,
    {
      at = now,
      ...finding
    }: { at?: EnumSchema | EnumValueSchema } & Pick<
      Parameters<Findings['add']>[0],
      'change' | 'what' | 'breaks' | 'instead'
    >,
  ): void =>
    findings.add({
      ...finding,
      subject: `${old.fullName}.${was.name}`,
      at: at.file.source.at(at.path),
      inOld: false,
    });
  for (const was of old.values) {
    const { number } = was.descriptor;
    const named = names.get(was.name);
    if (named !== undefined) {
      const is = named.descriptor.number;
      if (is === number) continue;
      add(was, {
        change: 'enum_value_number',
        what: `is ${is}, was ${number}`,
        at: named,
        breaks: both(formats, 'protobuf'),
        instead: `leave the number ${number} to it`,
      });
      continue;
    }
    const numbered = now.values.find(({ descriptor }) => descriptor.number === number);
    if (numbered !== undefined && !oldNames.has(numbered.name)) {
      add(was, {
        change: 'enum_value_name',
        what: `is called ${numbered.name}`,
        at: numbered,
        breaks: both(formats, 'JSON'),
        instead: `keep the name; with \`option allow_alias = true\` and the old name first, ${number} can have both`,
      });
      continue;
    }
    add(was, {
      change: 'enum_value_gone',
      what: `is gone, was ${number}`,
      breaks:
        numbered === undefined
          ? breaksWriters({ ...route, formats })
          : breaksWriters({ ...route, formats: formats.filter((format) => format === 'JSON') }),
      instead: `keep it with \`[deprecated = true]\` until nobody sends it, then \`reserved ${number}, "${was.name}";\``,
    });
  }
}

function both(formats: readonly Format[], format: Format): Breaks {
  return formats.includes(format) ? breaking(bothCallers, [format]) : new Map<never, never>();
}
