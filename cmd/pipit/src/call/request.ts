import { readFileSync } from 'node:fs';
import { CliError } from '../cli-error.ts';
import { prefixOf } from '../project/prefix.ts';

/** The flags of `pipit call` that say what is sent. */
export interface RequestFlags {
  readonly url: string;
  readonly prefix?: string;
  readonly form?: readonly string[];
  readonly header?: readonly string[];
  readonly data?: string;
  readonly get?: boolean;
  readonly protobuf?: boolean;
  readonly validate?: boolean;
  readonly timeout?: number;
  readonly maxBytes?: number;
}

/** A request as it is sent, but for the body's codec. */
export interface CallRequest {
  readonly url: URL;
  readonly verb: 'POST' | 'GET';
  readonly headers: Headers;
  /** JSON as it was given, which keeps every digit; undefined for a form or a query. */
  readonly json: string | undefined;
  /** The form as it is sent; undefined for JSON and for a query. */
  readonly form: string | undefined;
}

/** @param method its whole name. @throws {CliError} for a command line that says nothing, or two things */
export function makeRequest(method: string, json: string | undefined, flags: RequestFlags): CallRequest {
  const { form, data, get = false, protobuf = false, validate = false, timeout, maxBytes } = flags;
  if (form !== undefined && (json !== undefined || data !== undefined)) {
    throw usage('the request is JSON or a form, not both: leave out --form, or the JSON');
  }
  if (json !== undefined && data !== undefined) throw usage('the request is given twice: leave out --data');
  if (protobuf && (form !== undefined || get)) throw usage('--protobuf takes the request as JSON');
  if (validate && (form !== undefined || get)) throw usage('--validate takes the request as JSON');
  if (get && (json !== undefined || data !== undefined)) {
    throw usage("a query has keys and values: write --get --form 'key=value'");
  }
  if (timeout !== undefined && !(Number.isInteger(timeout) && timeout > 0)) {
    throw usage('--timeout takes milliseconds, as in --timeout 500');
  }
  if (maxBytes !== undefined && !(Number.isInteger(maxBytes) && maxBytes > 0)) {
    throw usage('--max-bytes takes a number of bytes, as in --max-bytes 100000000');
  }
  const fields = form === undefined ? undefined : formText(form);
  const url = urlOf(flags, method);
  if (get && fields !== undefined) url.search = fields;
  const asJson = fields === undefined && !get;
  return {
    url,
    verb: get ? 'GET' : 'POST',
    headers: headersOf(flags, asJson),
    json: asJson ? jsonText(json ?? (data === undefined ? '{}' : readData(data))) : undefined,
    form: get ? undefined : fields,
  };
}

function urlOf(flags: RequestFlags, method: string): URL {
  const base = /^[a-z]+:\/\//i.test(flags.url) ? flags.url : `http://${flags.url}`;
  try {
    // Alone first: with a path after it `http://` would be one.
    return new URL(`${new URL(base).href.replace(/\/+$/, '')}${prefixOf(flags.prefix)}/${method}`);
  } catch {
    throw usage(`--url ${flags.url} is not a valid URL: write it as in --url http://127.0.0.1:8080`);
  }
}

function headersOf(
  { header = [], protobuf = false, timeout, get = false }: RequestFlags,
  json: boolean,
): Headers {
  const headers = new Headers();
  if (!get) {
    headers.set(
      'content-type',
      protobuf ? 'application/protobuf' : json ? 'application/json' : 'application/x-www-form-urlencoded',
    );
  }
  if (timeout !== undefined) headers.set('x-request-timeout-ms', `${timeout}`);
  for (const line of header) {
    const [, name = '', value = ''] = /^\s*([^:\s]+)\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    try {
      // Given names win over ours; given twice, both are sent.
      if (headers.has(name) && header.every((other) => other === line || !sameName(other, name))) {
        headers.set(name, value);
      } else headers.append(name, value);
    } catch {
      throw usage(
        `--header ${JSON.stringify(line)} is not a valid header: write it as in --header 'Name: value'`,
      );
    }
  }
  return headers;
}

function sameName(line: string, name: string): boolean {
  return line.split(':')[0]?.trim().toLowerCase() === name.toLowerCase();
}

function formText(fields: readonly string[]): string {
  const form = new URLSearchParams();
  for (const field of fields) {
    const at = field.indexOf('=');
    if (at < 1) throw usage(`--form ${JSON.stringify(field)} has no value: write it as in --form key=value`);
    form.append(field.slice(0, at), field.slice(at + 1));
  }
  return form.toString();
}

function readData(data: string): string {
  if (data !== '-' && !data.startsWith('@')) return data;
  const file = data === '-' ? 0 : data.slice(1);
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new CliError(`--data ${data} cannot be read: ${(cause as Error).message}`, { cause, status: 2 });
  }
}

function jsonText(text: string): string {
  try {
    JSON.parse(text);
  } catch (cause) {
    const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
    throw new CliError(
      `the request is not JSON: ${(cause as Error).message}. In a shell it goes in single quotes: '${shown.replaceAll('\n', ' ')}'`,
      { cause, status: 2 },
    );
  }
  return text;
}

function usage(message: string): CliError {
  return new CliError(message, { status: 2 });
}
