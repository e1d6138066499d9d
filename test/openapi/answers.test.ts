import { describe, expect, test } from 'vitest';
import { callOf } from '../cases/call.ts';
import type { WireAnswer } from '../cases/doors/door.ts';
import { localDoor } from '../cases/doors/local.ts';
import { allCases, byServer } from '../cases/groups.ts';
import { optionsOf } from '../cases/options-of.ts';
import { everyService } from './services.ts';
import { documentOf, DocumentValidator } from './validator.ts';

/** A number that the enum has no name for is passed on; the document knows the names. */
const unnamed: ReadonlySet<string> = new Set(['enum by name and number', '{"color":-1}', '{"color":77}']);
const counted = { success: 0, download: 0, error: 0 };

describe.each([...allCases()])('%s', (_file, cases) => {
  describe.each(byServer(cases))('$name', ({ server, options, cases }) => {
    test('every answer is as the document says', async () => {
      const wanted = optionsOf({ server, options }, () => undefined);
      const { jsonNames = 'proto', prefix = '/api' } = wanted;
      const document = await documentOf(
        wanted.services.map(({ type }) => everyService.find(({ typeName }) => typeName === type.typeName)!),
        { jsonNames, prefix },
      );
      const validator = new DocumentValidator(document);
      const door = await localDoor.open(wanted);
      const wrong: unknown[] = [];
      for (const one of cases) {
        if (localDoor.leavesOut(one) !== undefined || one.method === 'HEAD' || unnamed.has(one.name))
          continue;
        const answer = await door.send(callOf(one));
        const absolute = one.path.replace(/^https?:\/\/[^/]+/, '');
        const path = absolute.split('?', 1)[0]!.slice(document.servers[0]!.url.replace(/\/$/, '').length);
        const problem = problemOf(validator, path, one.method.toLowerCase(), answer);
        if (problem !== '') wrong.push([one.name, problem, answer.body.toString().slice(0, 200)]);
      }
      expect(wrong).toEqual([]);
    });
  });
});

test('there were answers of each kind', () => {
  expect(counted.success).toBeGreaterThan(200);
  expect(counted.download).toBeGreaterThan(20);
  expect(counted.error).toBeGreaterThan(200);
});

function problemOf(validator: DocumentValidator, path: string, verb: string, answer: WireAnswer): string {
  const { status, headers, body } = answer;
  const type = headers.get('content-type')?.[0];
  // The document is about JSON and downloads.
  if (type === 'application/protobuf' || type?.startsWith('application/grpc') === true) return '';
  if (headers.has('x-pipit-download')) {
    counted.download++;
    return kindAt(validator, path) === 'download' ? '' : 'a download, which the document does not know';
  }
  if (type !== 'application/json') return `answered as ${type}`;
  const value: unknown = JSON.parse(body.toString());
  if (status !== 200) {
    counted.error++;
    return validator.at('components', 'schemas', 'twirp-error')(value);
  }
  // A name that is not CamelCase has two paths, and the document one of them. A hook may open GET; the proto does not say.
  const at = Object.keys(validator.document.paths).find((known) => camel(known) === camel(path));
  if (at === undefined) return `no operation for ${verb} ${path}`;
  counted.success++;
  return validator.at(
    'paths',
    at,
    'post',
    'responses',
    '200',
    'content',
    'application/json',
    'schema',
  )(value);
}

function kindAt({ document }: DocumentValidator, path: string): unknown {
  const item = document.paths[path] as { post: { 'x-pipit-kind'?: string } } | undefined;
  return item?.post['x-pipit-kind'];
}

function camel(path: string): string {
  return decodeURIComponent(path)
    .replaceAll(/(?:^|[/._])([a-z])/g, (_, letter: string) => `/${letter.toUpperCase()}`)
    .replaceAll(/[/._]/g, '');
}
