import { Command, CommanderError, Option } from 'commander';
import type { Program } from './program.ts';
import { defaultText, type Setting } from './setting-list.ts';
import { StartError } from './start-error.ts';

/** A command line, read. */
export type Arguments =
  | { readonly print: string }
  | {
      /** Texts of the flags that were given, by the setting's key. */
      readonly flags: ReadonlyMap<string, string>;
      readonly config: string | undefined;
      readonly printConfig: boolean;
    };

/** @throws {StartError} for an argument there is not */
export function readArguments(program: Program, args: readonly string[]): Arguments {
  let printed = '';
  const command = commandOf(program, (text) => (printed += text));
  try {
    command.parse([...args], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { print: printed };
    const line = error.message.replace(/^error: /, '').replaceAll('\n', ' ');
    throw new StartError(`${line}; see --help`, { cause: error });
  }
  const given = command.opts<Record<string, string | boolean | undefined>>();
  const flags = new Map<string, string>();
  for (const { key, flag } of program.settings) {
    const value = flag === undefined ? undefined : given[camel(flag)];
    if (value !== undefined) flags.set(key, String(value));
  }
  const config = given['config'];
  return {
    flags,
    config: typeof config === 'string' ? config : undefined,
    printConfig: given['printConfig'] === true,
  };
}

function commandOf(program: Program, write: (text: string) => void): Command {
  const { name, description, version, configEnv, settings } = program;
  const command = new Command(name)
    .description(description)
    .usage('[options]')
    .version(`${name} ${version}`, '-v, --version', 'Print the version')
    .helpOption('-h, --help', 'Print this')
    .option('--config <file>', `YAML or JSON file with settings (${configEnv})`)
    .option('--print-config', 'Print every setting and where it comes from, secrets redacted')
    .addHelpText('after', helpAfter(program))
    .allowExcessArguments(false)
    .exitOverride()
    .configureOutput({ writeOut: write, writeErr: () => undefined });
  for (const setting of settings) for (const option of optionsOf(setting)) command.addOption(option);
  return command;
}

function helpAfter({ settings, doc }: Program): string {
  const hidden = settings.filter(({ flag }) => flag === undefined).map(({ env }) => env);
  return `
A flag wins over its environment variable (in parentheses), that over the file, that over the default.
A switch is turned off with --no- before its name, as in --no-log-requests.
In the file --log-level is level inside log. Only in the environment and in the file: ${hidden.join(', ')}.
With _FILE after its name such a variable names a file that holds the secret.
${doc} says more.
`;
}

function optionsOf(setting: Setting): Option[] {
  const { flag, kind, env, text } = setting;
  if (flag === undefined) return [];
  const description = `${text} (${env}; default ${defaultText(setting)})`;
  if (kind !== 'boolean') return [new Option(`${flag} <${valueOf(setting)}>`, description)];
  const no = flag.replace('--', '--no-');
  return [new Option(flag, description), new Option(no, `Not ${flag}`).hideHelp()];
}

function valueOf({ key, kind }: Setting): string {
  if (kind === 'number') return 'n';
  if (kind === 'list' || kind === 'proxy') return 'a,b';
  return (
    key
      .split(/\.|(?=[A-Z])/)
      .at(-1)
      ?.toLowerCase() ?? 'text'
  );
}

/** As commander does it. */
function camel(flag: string): string {
  return flag.slice(2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
