import type { ServiceNames } from './names.ts';

/** The messages of one method. */
export interface MethodMessages {
  readonly method: string;
  readonly request: string;
  readonly data: string;
  readonly response: string;
  /** True if they have to be declared: where they are there already, the method takes those. */
  readonly declared: boolean;
}

/** The method of a new service that nobody asked a method of. */
export const defaultMethod = 'Hello';

/**
 * Names that are free: `GetRequest`; `UserGetRequest` where another service of the package has that one.
 * @param taken names the package has already
 * @param own messages of the same file
 */
export function messagesOf(
  method: string,
  service: string,
  taken: ReadonlySet<string>,
  own: ReadonlySet<string>,
): MethodMessages {
  const named = (name: string, declared: boolean): MethodMessages => ({
    method,
    request: `${name}Request`,
    data: `${name}Data`,
    response: `${name}Response`,
    declared,
  });
  const plain = named(method, true);
  if (own.has(plain.request) && own.has(plain.response)) return { ...plain, declared: false };
  const isFree = ({ request, data, response }: MethodMessages): boolean =>
    ![request, data, response].some((name) => taken.has(name));
  const candidates = [plain, named(service + method, true)];
  for (let n = 2; ; n++) {
    const free = candidates.find(isFree);
    if (free !== undefined) return free;
    candidates.push(named(`${service}${method}${n}`, true));
  }
}

/** A new proto. */
export function newProto(names: ServiceNames, methods: readonly MethodMessages[]): string {
  return `syntax = "proto3";

package ${names.package}; // as the folders

// Rules of requests hold before the method is called. Write them behind a field, with this import:
// import "buf/validate/validate.proto";
// string message = 1 [(buf.validate.field).string.min_len = 1];

// ${names.service} is served at ${names.package}.${names.service}. One service a file.
service ${names.service} {
${methods.map(({ method, request, response }) => `  rpc ${method}(${request}) returns (${response});`).join('\n')}
}
${methods.map((method) => newMessages(method)).join('')}`;
}

/** The messages of a method, with a blank line before each. */
export function newMessages({ method, request, data, response, declared }: MethodMessages): string {
  if (!declared) return '';
  const isDefault = method === defaultMethod;
  const empty = (name: string): string => `message ${name} {}\n`;
  return `
// What ${method} takes.
${isDefault ? `message ${request} {\n  string message = 1;\n}\n` : empty(request)}
// What ${method} answers.
message ${response} {
  // An error the caller is meant to handle, greater than zero. What is less than zero belongs to the framework.
  int32 code = 1;
  // The error for people.
  string msg = 2;
  ${data} data = 3;
}

${isDefault ? `message ${data} {\n  string message = 1;\n}\n` : empty(data)}`;
}
