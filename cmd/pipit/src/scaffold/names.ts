import { CliError } from '../cli-error.ts';
import { pascalCase } from '../files/text.ts';

/** The flags of `pipit rpc` that name things. */
export interface NameFlags {
  readonly server: string;
  readonly service?: string;
  readonly version: string;
  readonly package?: string;
  readonly method?: readonly string[];
}

/** The names of a service to be made, each checked. */
export interface ServiceNames {
  /** Path below `rpc/` without an ending: `foo/v1/echo`. */
  readonly stem: string;
  /** `foo.v1` */
  readonly package: string;
  /** `Echo` */
  readonly service: string;
  /** Methods asked for, as the proto has them: `Hello`. */
  readonly methods: readonly string[];
  /** The npm name that the list of services imports `rpc/` by, if one was given. */
  readonly importName: string | undefined;
}

const namePattern = /^[a-z][a-z0-9_]*$/;
const methodPattern = /^[A-Z][A-Za-z0-9]*$/;
const versionPattern = /^(?:0|[1-9]\d*)$/;
const npmNamePattern = /^(?:#|@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** A class cannot have the name of what every TypeScript file relies on. */
const typescriptNames = new Set(
  'Array BigInt Boolean Infinity NaN Number Object Promise Record String Symbol Uint8Array'.split(' '),
);
/** Folders that are passed over where protos are looked for, and names that Windows keeps for devices. */
const folderNames = new Set('dist node_modules con prn aux nul'.split(' '));
const isFolderName = (name: string): boolean => folderNames.has(name) || /^(?:com|lpt)\d$/.test(name);

/** @throws {CliError} with status 2, before anything is read or written */
export function checkNames(flags: NameFlags): ServiceNames {
  const { server, service = server, version } = flags;
  checkName('--server', server);
  checkName('--service', service);
  if (!versionPattern.test(version)) {
    const number = /\d+/.exec(version)?.[0];
    wrong(
      `--version ${quoted(version)} is not a number: write --version=${number === undefined ? 1 : Number(number)}`,
    );
  }
  const name = pascalCase(service);
  if (typescriptNames.has(name)) {
    wrong(
      `--service ${quoted(service)} would be called ${name}, which TypeScript has already: say ${service}_service`,
    );
  }
  if (flags.package !== undefined && !npmNamePattern.test(flags.package)) {
    wrong(
      `--package ${quoted(flags.package)} is not a valid npm name: it is like shop or @acme/shop, in lower case`,
    );
  }
  return {
    stem: `${server}/v${version}/${service}`,
    package: `${server}.v${version}`,
    service: name,
    methods: checkMethods(flags.method ?? []),
    importName: flags.package,
  };
}

function checkName(flag: string, name: string): void {
  if (!namePattern.test(name)) {
    const near = suggestion(name);
    const remedy = near === undefined ? 'for example user or user_info' : `say ${flag}=${near}`;
    wrong(`${flag} ${quoted(name)} must be lower-case letters, digits and _, a letter first: ${remedy}`);
  }
  if (isFolderName(name)) {
    wrong(
      `${flag} ${quoted(name)} cannot be a folder or file of a project everywhere: say ${flag}=${name}_service`,
    );
  }
}

function checkMethods(names: readonly string[]): string[] {
  for (const name of names) {
    if (methodPattern.test(name)) continue;
    const near = pascalCase(name.replaceAll(/[^A-Za-z0-9]+/g, '_').replace(/^[\d_]+/, ''));
    const remedy = methodPattern.test(near) ? `say --method=${near}` : 'for example GetUser';
    wrong(`--method ${quoted(name)} must be letters and digits, a capital letter first: ${remedy}`);
  }
  const unique = [...new Set(names)];
  for (const [index, name] of unique.entries()) {
    const other = unique.slice(0, index).find((before) => lowerFirst(before) === lowerFirst(name));
    if (other !== undefined)
      wrong(`--method ${other} and ${name} would be one method in TypeScript: rename one`);
  }
  return unique;
}

/** `Foo-Bar`, `FooBar` and `foo.bar` are `foo_bar`; undefined where no name is left. */
function suggestion(name: string): string | undefined {
  const plain = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[\d_]+|_+$/g, '');
  return namePattern.test(plain) && !isFolderName(plain) ? plain : undefined;
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function quoted(value: string): string {
  return JSON.stringify(value);
}

function wrong(message: string): never {
  throw new CliError(message, { status: 2 });
}
