import { FormError } from '@pipit/runtime/codec';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { multipartParts } from '../../packages/runtime/src/form/parse-multipart.ts';

/** Texts as a form has them: an encoder makes CRLF of a single CR or LF in names, and in texts. */
const text = fc.string({ unit: 'binary' }).map((one) => one.replaceAll(/[\r\n]/g, '').toWellFormed());
const file = fc.record({
  data: fc.uint8Array(),
  filename: text.filter((name) => name !== ''),
  contentType: fc.constantFrom('', 'a/b', 'text/x; q=1'),
});

test('what FormData holds comes out again', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(text, fc.oneof(text, file))), async (parts) => {
      const form = new FormData();
      for (const [name, value] of parts) {
        if (typeof value === 'string') form.append(name, value);
        else form.append(name, new Blob([value.data], { type: value.contentType }), value.filename);
      }
      const request = new Request('http://x', { method: 'POST', body: form });
      const body = new Uint8Array(await request.arrayBuffer());
      const read = [...multipartParts(body, request.headers.get('content-type') ?? '')];
      const sent = parts.map(([name, value]) => ({
        name,
        value: typeof value === 'string' ? value : typed(value),
      }));
      expect(read).toEqual(sent);
    }),
  );
});

/** An encoder names the type of what has none. */
function typed<F extends { contentType: string }>(one: F): F {
  return { ...one, contentType: one.contentType === '' ? 'application/octet-stream' : one.contentType };
}

test('bytes that are not such a form are a FormError, whatever they are', () => {
  const type = 'multipart/form-data; boundary=x';
  const pieces = [
    '--x',
    '\r\n',
    '--',
    'Content-Disposition',
    ': ',
    'form-data',
    '; name=',
    '"a"',
    'b',
    '\0',
    ' ',
  ];
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...pieces)), (chosen) => {
      try {
        for (const { name } of multipartParts(Buffer.from(chosen.join('')), type))
          expect(name).toBeTypeOf('string');
      } catch (error) {
        expect(error).toBeInstanceOf(FormError);
      }
    }),
    { numRuns: 2_000 },
  );
});
