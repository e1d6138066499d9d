import { readLines, type Case } from './case.ts';

/** A line of json-mapping.jsonl. */
interface Line {
  readonly request: string;
  readonly expect: { readonly status: number; readonly result: unknown };
}

/** The JSON-mapping cases as calls of TypesService. */
export function jsonMappingCases(): Case[] {
  return readLines<Line>('json-mapping.jsonl').map(({ request, expect: { status, result } }) => ({
    name: request,
    method: 'POST',
    path: '/twirp/twirp.example.types.TypesService/Echo',
    headers: { 'Content-Type': 'application/json' },
    body: request,
    server: 'default',
    expect: {
      status,
      contentType: 'application/json',
      ...(result === 'malformed'
        ? { twirpCode: 'malformed', msg: 'the json request could not be decoded' }
        : { json: result }),
    },
  }));
}
