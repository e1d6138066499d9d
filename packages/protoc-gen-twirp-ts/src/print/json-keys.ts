import { lowerCamel } from '@pipit/schema';
import { quote } from '../model/names.ts';
import type { FieldModel } from '../model/types.ts';

/** The JSON keys of one file: a const for each, which all messages with such a field share. */
export class JsonKeys {
  /** The initializers of consts by name. */
  private readonly args = new Map<string, string>();
  private readonly names = new Map<string, string>();

  /** The const of a field's key: `$userName`. */
  of(field: FieldModel): string {
    const { protoKey, jsonKey } = field;
    const id = `${protoKey}\n${jsonKey}`;
    let name = this.names.get(id);
    if (name === undefined) {
      // An extension's key, `[pkg.name]`, is not an identifier.
      name = `$${lowerCamel(protoKey.replace(/\W/g, '_'))}`;
      while (this.args.has(name)) name += '$';
      this.names.set(id, name);
      this.args.set(name, quote(protoKey) + (jsonKey === protoKey ? '' : `, ${quote(jsonKey)}`));
    }
    return name;
  }

  /** Each const and its arguments. */
  entries(): Iterable<[name: string, args: string]> {
    return this.args;
  }

  get size(): number {
    return this.args.size;
  }
}
