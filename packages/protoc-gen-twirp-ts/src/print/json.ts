import { propertyAccess, quote } from '../model/names.ts';
import type { FieldModel, MessageModel, OneofModel, ValueModel } from '../model/types.ts';
import { isWrapper, NULL_VALUE, VALUE } from '../model/well-known.ts';
import { codec, codecType, type PrintContext, valueRef, zero } from './context.ts';
import { fromNumber, isText, toNumber } from './enums.ts';
import { hasRequired } from './required.ts';
import { keyKind, scalarInfo } from './scalars.ts';

/** `$writeJson`: the message as ProtoJSON, fields in the order of declaration. */
export function printWriteJson(c: PrintContext, message: MessageModel): void {
  const { p } = c;
  const parameters = `m: ${message.initName}, w: ${codecType(c, 'JsonWriter')}`;
  p.block(`export function ${message.name}$writeJson(${parameters}): void {`, () => {
    p.line('if (m?.constructor !== Object) w.message(m);');
    if (isWrapper(message)) {
      const { value, name } = message.fields[0]!;
      p.line(writeValue(c, value, `m.${name} ?? ${zero(value)}`));
      return;
    }
    p.line('const mark = w.beginObject();');
    for (const member of message.members) {
      if (member.oneof === true) printWriteOneof(c, member);
      else printWriteField(c, member, message);
    }
    if (message.extendable) p.line(`w.extensions(${quote(message.typeName)}, m);`);
    p.line('w.endObject(mark);');
  });
}

function printWriteOneof(c: PrintContext, oneof: OneofModel): void {
  const { p } = c;
  const access = `m${propertyAccess(oneof.name)}`;
  p.block(`switch (${access}?.case) {`, () => {
    for (const field of oneof.fields) {
      p.block(
        `case ${quote(field.name)}:`,
        () => {
          p.line(`w.key(${c.keys.of(field)});`);
          p.line(writeValue(c, field.value, `${access}.value`));
          p.line('break;');
        },
        null,
      );
    }
    p.block('default:', () => p.line(`w.noMember(${quote(oneof.name)}, ${access});`), null);
  });
}

function printWriteField(c: PrintContext, field: FieldModel, message: MessageModel): void {
  const { p } = c;
  const access = `m${propertyAccess(field.name)}`;
  const key = c.keys.of(field);
  if (field.shape === 'map') {
    p.block(
      `if (${access} != null) {`,
      () => {
        p.line(`const map = w.beginMap(${key}, ${access});`);
        p.block(`for (const key in ${access}) {`, () => {
          p.line(`w.mapKey${keyKind(field.key as ValueModel & { kind: 'scalar' })}(key);`);
          p.line(writeValue(c, field.value, `${access}[key]!`));
        });
        p.line(`w.endMap(map, ${key});`);
      },
      null,
    );
    p.line(`} else w.default(${key}, '{}');`);
  } else if (field.shape === 'repeated') {
    p.block(
      `if (w.hasItems(${key}, ${access})) {`,
      () => {
        p.line(`const list = w.beginList(${key});`);
        p.block(`for (const item of ${access}) {`, () => {
          p.line('w.comma();');
          p.line(writeValue(c, field.value, 'item'));
        });
        p.line('w.endList(list);');
      },
      null,
    );
    p.line(`} else w.default(${key}, '[]');`);
  } else if (field.value.kind !== 'message' && field.presence === 'implicit') {
    if (isNullValue(field.value)) p.line(`w.nullValueField(${key}, ${access});`);
    else {
      const args = [key, ...enumArgument(c, field.value), access].join(', ');
      if (isText(field.value)) p.line(`${codec(c, 'writeEnumField')}(w, ${args});`);
      else p.line(`w.${writeMethod(field.value)}Field(${args});`);
    }
  } else {
    const unset = unsetMessage(field, message, key);
    p.block(
      `if (${access} != null) {`,
      () => {
        p.line(`w.key(${key});`);
        p.line(writeValue(c, field.value, access));
      },
      unset === undefined ? '}' : null,
    );
    if (unset !== undefined) p.line(`} else ${unset}`);
  }
}

function unsetMessage(field: FieldModel, message: MessageModel, key: string): string | undefined {
  if (field.presence === 'required') return `w.missing(${quote(field.protoName)});`;
  if (field.value.kind !== 'message') return undefined;
  if (message.kind === 'envelope') return `w.unsetData(${key}, mark);`;
  // Null is one of its values.
  return field.value.type.typeName === VALUE ? undefined : `w.default(${key}, 'null');`;
}

function writeValue(c: PrintContext, value: ValueModel, expression: string): string {
  if (value.kind === 'message') return `${valueRef(c, value.type, '$writeJson')}(${expression}, w);`;
  if (isNullValue(value)) return `w.nullValue(${expression});`;
  return `w.${writeMethod(value)}(${[...enumArgument(c, value), asWritten(c, value, expression)].join(', ')});`;
}

function writeMethod(value: ValueModel): string {
  return value.kind === 'scalar' ? scalarInfo(value).writeJson : 'enum';
}

function asWritten(c: PrintContext, value: ValueModel, expression: string): string {
  return value.kind === 'enum' ? toNumber(c, value.type, expression) : expression;
}

function enumArgument(c: PrintContext, value: ValueModel): string[] {
  return value.kind === 'enum' ? [valueRef(c, value.type, '$enum')] : [];
}

/** `$fields`: the keys of the message, for the reader to look up. */
export function printJsonFields(c: PrintContext, message: MessageModel): void {
  if (isWrapper(message)) return;
  const { p } = c;
  const entries = message.fields.map((field) => {
    const number = acceptsNull(field) ? -field.number : field.number;
    return `[${number}, ${c.keys.of(field)}]`;
  });
  if (message.extendable) entries.unshift(quote(message.typeName));
  const make = codec(c, message.extendable ? 'extendableJsonFields' : 'jsonFields');
  const start = `const ${message.name}$fields: ${codecType(c, 'JsonFields')} = /*#__PURE__*/ ${make}(`;
  if (start.length + entries.join(', ').length <= 108) p.line(`${start}${entries.join(', ')});`);
  else p.block(start, () => entries.forEach((entry) => p.line(`${entry},`)), ');');
}

function acceptsNull(field: FieldModel): boolean {
  if (field.shape !== 'singular' || field.value.kind === 'scalar') return false;
  const { typeName } = field.value.type;
  return typeName === VALUE || typeName === NULL_VALUE;
}

/** `$readJson`: reads an object into `m`. */
export function printReadJson(c: PrintContext, message: MessageModel): void {
  const { p } = c;
  const { name } = message;
  p.block(
    `export function ${name}$readJson(r: ${codecType(c, 'JsonReader')}, m: ${name} = ${name}$new()): ${name} {`,
    () => {
      if (isWrapper(message)) {
        const { value, name: field } = message.fields[0]!;
        p.line('r.count();');
        p.line(`m.${field} = ${readValue(c, value)};`);
        p.line('return m;');
        return;
      }
      p.line('r.beginObject();');
      p.block('for (;;) {', () => {
        p.block(`switch (r.field(${name}$fields)) {`, () => {
          for (const member of message.members) {
            if (member.oneof === true)
              for (const field of member.fields) printReadOneofField(c, field, member);
            else printReadField(c, member);
          }
          if (message.extendable) {
            p.block(
              'case -1:',
              () => {
                p.line('r.extension(m);');
                p.line('break;');
              },
              null,
            );
          }
          p.block(
            'default:',
            () => p.line(hasRequired(message) ? `return ${name}$whole(m, r);` : 'return m;'),
            null,
          );
        });
      });
    },
  );
}

function printReadOneofField(c: PrintContext, field: FieldModel, oneof: OneofModel): void {
  const access = `m${propertyAccess(oneof.name)}`;
  const name = quote(field.name);
  const assign = (value: string): string => `${access} = { case: ${name}, value: ${value} };`;
  printCase(c, field, [`r.oneof(${access});`, ...readAndStore(c, field.value, assign)]);
}

function printReadField(c: PrintContext, field: FieldModel): void {
  const access = `m${propertyAccess(field.name)}`;
  if (field.shape === 'singular') {
    printCase(
      c,
      field,
      readAndStore(c, field.value, (value) => `${access} = ${value};`),
    );
    return;
  }
  if (field.shape === 'repeated') {
    const [read, store] = isBytes(field.value)
      ? [undefined, `${access}.push(r.bytesElement());`]
      : element(c, field.value, (value) => `${access}.push(${value});`);
    printCase(c, field, [
      `if (${access}.length > 0) ${access} = [];`,
      'r.beginList();',
      ...loop('while (r.element())', read, store),
    ]);
    return;
  }
  const key = field.key as ValueModel & { kind: 'scalar' };
  const [read, store] = element(c, field.value, (value) =>
    key.scalar === 'string'
      ? `${codec(c, 'setEntry')}(${access}, key, ${value});`
      : `${access}[${scalarInfo(key).type === 'number' ? 'Number(key)' : 'key'}] = ${value};`,
  );
  const next = `r.mapKey${keyKind(key)}()`;
  printCase(c, field, [
    `${access} = ${codec(c, 'emptyMap')}();`,
    'r.beginMap();',
    ...loop(`for (let key = ${next}; key !== undefined; key = ${next})`, read, store),
  ]);
}

/** The expressions that read one element and store it. */
function element(
  c: PrintContext,
  value: ValueModel,
  store: (value: string) => string,
): [string | undefined, string] {
  if (value.kind !== 'enum') return [undefined, store(readValue(c, value))];
  return [
    `const value = ${readValue(c, value)};`,
    `if (value !== undefined) ${store(fromNumber(c, value.type, 'value'))}`,
  ];
}

function loop(head: string, read: string | undefined, store: string): string[] {
  return read === undefined ? [`${head} ${store}`] : [`${head} {`, `  ${read}`, `  ${store}`, '}'];
}

function readAndStore(c: PrintContext, value: ValueModel, store: (value: string) => string): string[] {
  const [read, line] = element(c, value, store);
  return read === undefined ? [line] : [read, line];
}

function readValue(c: PrintContext, value: ValueModel): string {
  if (value.kind === 'message') return `${valueRef(c, value.type, '$readJson')}(r)`;
  if (isNullValue(value))
    return `r.nullValue(${valueRef(c, (value as ValueModel & { kind: 'enum' }).type, '$enum')})`;
  if (value.kind === 'enum') return `r.enum(${valueRef(c, value.type, '$enum')})`;
  return `r.${scalarInfo(value).readJson}()`;
}

function isBytes(value: ValueModel): boolean {
  return value.kind === 'scalar' && value.scalar === 'bytes';
}

function isNullValue(value: ValueModel): boolean {
  return value.kind === 'enum' && value.type.typeName === NULL_VALUE;
}

function printCase(c: PrintContext, field: FieldModel, lines: readonly string[]): void {
  const { p } = c;
  const braces = lines.some((line) => line.startsWith('const '));
  p.block(
    `case ${field.number}:${braces ? ' {' : ''}`,
    () => {
      for (const line of lines) p.line(line);
      p.line('break;');
    },
    braces ? '}' : null,
  );
}
