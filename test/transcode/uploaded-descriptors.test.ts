import { createTranscoder } from '@pipit/gateway';
import { expect, onTestFinished, test } from 'vitest';
import { Probe } from '../../packages/runtime/test/fixture/probe.twirp.ts';
import { listenBehindGateway } from '../interop/gateway.ts';
import { protobufOnly } from './protobuf-only.ts';

const probe: Probe = {
  say: ({ text }) => ({ text: `${text}!` }),
  lookUp: ({ text }) => ({ text: `${text}?` }),
  enter: () => ({ code: 0, msg: '', data: { text: 'in' } }),
  fetch: () => ({ contentType: 'text/plain', data: Buffer.from('file') }),
};

/** A gateway without configuration before a service whose connector takes protobuf only. Resolves after its upload. */
async function behindGateway(): Promise<string> {
  let uploaded!: () => void;
  const upload = new Promise<void>((resolve) => (uploaded = resolve));
  const behind = await listenBehindGateway({ services: [Probe.serve(probe)] }, 0, {
    altered: protobufOnly,
    transcoderOf: (set) => {
      uploaded();
      return createTranscoder(set);
    },
  });
  onTestFinished(() => behind.close());
  await upload;
  return `${behind.origin}/api/pipit.test.v1.Probe`;
}

test('our connector uploads descriptors, so that JSON, form and GET callers need no configuration', async () => {
  const base = await behindGateway();
  const post = async (path: string, type: string, body: string): Promise<string> =>
    (await fetch(`${base}/${path}`, { method: 'POST', headers: { 'content-type': type }, body })).text();
  expect(await post('Say', 'application/json', '{"text":"json"}')).toBe(
    '{"text":"json!","count":0,"ids":[]}',
  );
  expect(await post('Say', 'application/x-www-form-urlencoded', 'text=form')).toBe(
    '{"text":"form!","count":0,"ids":[]}',
  );
  expect(await (await fetch(`${base}/LookUp?text=get`)).text()).toBe('{"text":"get?","count":0,"ids":[]}');
  expect(await post('Enter', 'application/json', '{}')).toBe(
    '{"code":0,"msg":"","data":{"text":"in","count":0,"ids":[]}}',
  );
  expect(await post('Fetch', 'application/json', '{}')).toBe('file');
});
