import { PluginError } from './plugin-error.ts';

/** How TypeScript sees a 64-bit field. */
export type Int64Type = 'bigint' | 'string' | 'number';

/**
 * How TypeScript sees an enum: numbers under the names of the proto (`Color.COLOR_RED` is 1), numbers under names without
 * the enum's own (`Color.RED` is 1), or the names themselves, as in JSON (`'COLOR_RED'`).
 */
export type EnumStyle = 'number' | 'short' | 'string';

/** How an import of a generated file ends. */
type ImportExtension = 'js' | 'ts' | 'none';

export interface PluginOptions {
  readonly enumStyle: EnumStyle;
  readonly importExtension: ImportExtension;
  readonly int64: Int64Type;
  /**
   * The JSON that `.json.ts` files are typed for, methods and types for the client without codecs: as our servers write it
   * (`proto` names, every field), or as most others do (`camel` names, no field that holds its default); false for no such
   * files.
   */
  readonly jsonClient: false | 'proto' | 'camel';
  /** Packages that have the code of protos, in the order in which they were given. */
  readonly mapImports: readonly MappedImport[];
  /** The names of properties: `userName`, or as in the proto, `user_name`. */
  readonly names: 'camel' | 'proto';
  /** True to write `.protobuf.ts` files too: methods for the client that has only the codecs they need. */
  readonly protobufClient: boolean;
  /** True where services become code, false for messages only. */
  readonly services: 'generate' | 'skip';
  /** `skip` leaves methods that take a stream out, with a warning; `error` refuses them. */
  readonly streaming: 'skip' | 'error';
  /** The value of a field of google.protobuf.Timestamp: that message, or a Date. */
  readonly timestamp: 'message' | 'date';
  /** True where google/protobuf/*.proto come from the runtime, or are generated: the runtime's own build does that. */
  readonly wellKnownTypes: 'import' | 'generate';
}

/** Settings that are no options, since they are for the runtime's own build only. */
export type OwnSettings = Pick<PluginOptions, 'wellKnownTypes'>;

/** A folder of protos (`google/api/`), or a proto without its ending, and where its code is imported from. */
interface MappedImport {
  readonly from: string;
  readonly to: string;
}

interface OptionHelp {
  readonly name: string;
  readonly values: string;
  readonly text: string;
}

/** Every option the plugin takes, for `--help` and for errors. */
export const OPTION_HELP: readonly OptionHelp[] = [
  {
    name: 'enum',
    values: 'number|short|string',
    text: "what enums are; default number: Color.COLOR_RED is 1. short leaves the enum's own name out, Color.RED; it costs a second spelling beside JSON and the proto. string has the names of JSON, 'COLOR_RED'; it costs a look-up for each value in protobuf, and a value that this code does not know yet is a number still. Enums that the runtime brings stay numbers",
  },
  {
    name: 'import_extension',
    values: 'js|ts|none',
    text: 'how imports of generated files end; default js, for code that tsc compiles. none where a bundler reads the TypeScript itself, as in Next',
  },
  {
    name: 'int64',
    values: 'bigint|string|number',
    text: "the type of 64-bit fields; default bigint. A field's own [jstype = ...] wins",
  },
  {
    name: 'json_client',
    values: 'true|false|camel',
    text: 'whether to write FILE.json.ts too: methods and JSON types for the client without codecs; default false. camel is for servers that write camelCase and leave defaults out, as those of others do; it costs that every field may be undefined',
  },
  {
    name: 'map_imports',
    values: 'FOLDER/=PACKAGE/',
    text: 'where the code of protos comes from that others generate: google/api/=@scope/pkg/google/api/ or one/file.proto=@scope/pkg/file, as often as needed. It costs that the package has to have been generated with the same options, by a version that goes with this one',
  },
  {
    name: 'names',
    values: 'camel|proto',
    text: 'what properties are called; default camel: userName. proto is user_name, as in the proto, JSON and rows of a database; it costs that messages of the runtime (typeUrl of an Any) keep their names',
  },
  {
    name: 'protobuf_client',
    values: 'true|false',
    text: 'whether to write FILE.protobuf.ts too: methods for the client in protobuf that brings no more of the codecs than the methods it calls need; default false. It costs that wrong values are told without their path',
  },
  {
    name: 'services',
    values: 'generate|skip',
    text: 'whether services become code; default generate. skip writes messages only',
  },
  {
    name: 'streaming',
    values: 'skip|error',
    text: 'what happens to methods that take a stream; default skip: they are left out with a warning, and answer unimplemented',
  },
  {
    name: 'timestamp',
    values: 'message|date',
    text: 'what fields of google.protobuf.Timestamp are; default message, { seconds, nanos }. date is a Date; it costs the nanoseconds, all digits behind the milliseconds, and times outside of the years 1 to 9999 are refused',
  },
];

const jsonClients = { true: 'proto', false: false, camel: 'camel' } as const;

const DEFAULTS: PluginOptions = {
  enumStyle: 'number',
  importExtension: 'js',
  int64: 'bigint',
  jsonClient: false,
  mapImports: [],
  names: 'camel',
  protobufClient: false,
  services: 'generate',
  streaming: 'skip',
  timestamp: 'message',
  wellKnownTypes: 'import',
};

/**
 * Reads `--twirp-ts_opt`: `name=value`, several separated by commas.
 * @throws {PluginError} for an unknown option or value, listing the valid ones
 */
export function parseOptions(parameter: string, own: Partial<OwnSettings> = {}): PluginOptions {
  const options: { -readonly [K in keyof PluginOptions]: PluginOptions[K] } = { ...DEFAULTS, ...own };
  for (const part of parameter.split(',')) {
    if (part.trim() === '') continue;
    const [name, value] = splitOnce(part.trim());
    switch (name) {
      case 'enum':
        options.enumStyle = oneOf(name, value, ['number', 'short', 'string']);
        break;
      case 'import_extension':
        options.importExtension = oneOf(name, value, ['js', 'ts', 'none']);
        break;
      case 'int64':
        options.int64 = oneOf(name, value, ['bigint', 'string', 'number']);
        break;
      case 'json_client':
        options.jsonClient = jsonClients[oneOf(name, value, ['true', 'false', 'camel'])];
        break;
      case 'map_imports':
        options.mapImports = [...options.mapImports, mappedImport(value)];
        break;
      case 'names':
        options.names = oneOf(name, value, ['camel', 'proto']);
        break;
      case 'protobuf_client':
        options.protobufClient = oneOf(name, value, ['true', 'false']) === 'true';
        break;
      case 'services':
        options.services = oneOf(name, value, ['generate', 'skip']);
        break;
      case 'streaming':
        options.streaming = oneOf(name, value, ['skip', 'error']);
        break;
      case 'timestamp':
        options.timestamp = oneOf(name, value, ['message', 'date']);
        break;
      default: {
        const valid = OPTION_HELP.map((option) => `${option.name}=${option.values}`).join(', ');
        throw new PluginError(`unknown option "${name}". Valid options: ${valid}`);
      }
    }
  }
  return options;
}

/** @throws {PluginError} */
function mappedImport(value: string): MappedImport {
  const [from, to] = splitOnce(value);
  const isFolder = from.endsWith('/');
  if (to === '' || isFolder !== to.endsWith('/') || (!isFolder && !from.endsWith('.proto'))) {
    throw new PluginError(
      `option map_imports is "${value}", but must be FOLDER/=PACKAGE/ or FILE.proto=MODULE, for example google/api/=@scope/pkg/google/api/`,
    );
  }
  return { from: isFolder ? from : from.slice(0, -'.proto'.length), to };
}

function splitOnce(text: string): [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function oneOf<T extends string>(name: string, value: string, valid: readonly T[]): T {
  const found = valid.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new PluginError(`option ${name} is "${value}", but must be one of ${valid.join(', ')}`);
  }
  return found;
}
