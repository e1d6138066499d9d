import { CliError } from '../cli-error.ts';
import type { ScannedMethod } from '../project/services.ts';
import { nearest } from '../ui/nearest.ts';

/** A method's name as it stands in a path: `user.v0.Echo/Hello`. */
export function fullName({ service, name }: ScannedMethod): string {
  return `${service}/${name}`;
}

/**
 * The whole name of the method that is meant.
 * @param methods those of the project; none outside of one
 * @throws {CliError} where it is none, or one of several
 */
export function resolveMethod(word: string, methods: readonly ScannedMethod[]): string {
  const wanted = word.replace(/^\/+/, '');
  const names = methods.map(fullName);
  if (names.includes(wanted)) return wanted;
  const matching = [...new Set(methods.filter((method) => isMeant(wanted, method)).map(fullName))];
  if (matching.length === 1) return matching[0]!;
  if (matching.length > 1) {
    const shown = matching.slice(0, 10).join(', ');
    const more = matching.length > 10 ? ` and ${matching.length - 10} more` : '';
    throw new CliError(`${word} may be ${shown}${more}: write more of the name`, { status: 2 });
  }
  const near = nearest(wanted, names) ?? nearestShort(wanted, methods);
  if (near !== undefined) throw new CliError(`no method ${word}. Did you mean ${near}?`, { status: 2 });
  // A server may serve what is not in this project.
  if (/^[\w.]+\/\w+$/.test(wanted)) return wanted;
  throw new CliError(
    methods.length === 0
      ? `${word} is not a whole name and no proto here completes it: write it as pkg.Service/Method`
      : `no method ${word} in the project's protos. \`pipit routes\` lists them`,
    { status: 2 },
  );
}

/** Capitals aside: `hello`, `Hello`, `echo/hello`, `v0.Echo/Hello`, `user.v0.Echo.Hello`, or a service's only method. */
function isMeant(word: string, method: ScannedMethod): boolean {
  const wanted = word.toLowerCase().replaceAll('.', '/');
  const whole = fullName(method).toLowerCase().replaceAll('.', '/');
  return whole === wanted || whole.endsWith(`/${wanted}`);
}

/** The nearest by what was written of the name: the method, or service and method. */
function nearestShort(word: string, methods: readonly ScannedMethod[]): string | undefined {
  const parts = word.split(/[/.]/).length;
  const byShort = new Map(
    methods.map((method) => [fullName(method).split(/[/.]/).slice(-parts).join('/'), fullName(method)]),
  );
  const found = nearest(word.replaceAll('.', '/'), byShort.keys());
  return found === undefined ? undefined : byShort.get(found);
}
