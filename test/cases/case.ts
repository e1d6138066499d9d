import { readdirSync, readFileSync } from 'node:fs';
import type { CasesOptions } from './cases-server.ts';

/** One line of a case file; README.md beside it says what each key means. */
export interface Case {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | readonly (readonly [name: string, value: string])[];
  readonly body?: string | null;
  readonly bodyEncoding?: 'utf8' | 'hex';
  readonly bodyGen?: readonly (readonly [text: string, times: number])[];
  readonly compress?: 'gzip' | 'br' | 'deflate';
  readonly bodyIsRawChunked?: boolean;
  readonly halfCloseAfterBody?: boolean;
  readonly httpVersion?: string;
  readonly waitFor100?: boolean;
  readonly server: string;
  readonly options?: CasesOptions;
  readonly expect: Expected;
}

/** The answer a case wants. What is left out is not looked at. */
export interface Expected {
  readonly status: number;
  readonly contentType?: string;
  readonly twirpCode?: string | null;
  readonly msg?: string;
  readonly msgMatch?: 'any';
  readonly msgLength?: number;
  readonly meta?: Readonly<Record<string, string>>;
  readonly metaMatch?: 'any';
  readonly json?: unknown;
  readonly body?: string;
  readonly bodyHex?: string;
  readonly contentLength?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[] | null>>;
  readonly traceId?: string | null;
  readonly hooks?: readonly string[];
}

/** The lines of a file in this folder. */
export function readLines<Line>(file: string): Line[] {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Line]));
}

/** The files of this folder that hold cases for servers. */
export function caseFiles(): string[] {
  const others = ['twirp-client.jsonl', 'client.jsonl', 'json-mapping.jsonl'];
  return readdirSync(new URL('.', import.meta.url))
    .filter((file) => file.endsWith('.jsonl') && !others.includes(file))
    .sort();
}
