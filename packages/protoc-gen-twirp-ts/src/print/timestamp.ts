import type { MessageModel } from '../model/types.ts';
import { TIMESTAMP } from '../model/well-known.ts';
import { type PrintContext, typeRef } from './context.ts';
import { relativeImport } from './printer.ts';

/** Reports whether a Date may stand for the message. */
export function isTimestamp(message: MessageModel): boolean {
  return message.typeName === TIMESTAMP;
}

/** The name of a function's parameter that holds the input of a message, where it calls that `name` itself. */
export function given(message: MessageModel, name = 'init'): string {
  return isTimestamp(message) ? 'given' : name;
}

/** Makes what is given the fields of a message. */
export function printFromDate(c: PrintContext, message: MessageModel, name: string): void {
  const fromDate = c.imports.value('fromDate', relativeImport(c.file.stem, 'wkt/from-date', '.ts'));
  c.p.line(`const ${name}: ${typeRef(c, message, message.initName)} = ${fromDate}(given);`);
}
