import { once } from 'node:events';
import { Client, credentials, type ClientDuplexStream } from '@grpc/grpc-js';
import { createHandler, createServer } from '@pipit/runtime/node';
import { withReflection } from '@pipit/runtime/reflect';
import protobuf from 'protobufjs';
import descriptor from 'protobufjs/ext/descriptor.js';
import { expect, onTestFinished, test } from 'vitest';
import { listening } from '../fixture/node-server.ts';
import { grpcCaller } from '../fixture/grpc-caller.ts';
import { Probe, Text } from '../fixture/probe.twirp.ts';
import { probe } from '../fixture/serve.ts';
import { feed } from '../stream/doors.ts';

// The facts of grpc/reflection/v1/reflection.proto.
const { root } = protobuf.parse(`
  syntax = "proto3";
  message Request {
    string host = 1;
    oneof asked {
      string file_by_filename = 3;
      string file_containing_symbol = 4;
      Extension file_containing_extension = 5;
      string all_extension_numbers_of_type = 6;
      string list_services = 7;
    }
  }
  message Extension { string containing_type = 1; int32 extension_number = 2; }
  message Response {
    string valid_host = 1;
    Request original_request = 2;
    oneof answer {
      Files file_descriptor_response = 4;
      Numbers all_extension_numbers_response = 5;
      Services list_services_response = 6;
      Error error_response = 7;
    }
  }
  message Files { repeated bytes file_descriptor_proto = 1; }
  message Numbers { string base_type_name = 1; repeated int32 extension_number = 2; }
  message Services { repeated Service service = 1; }
  message Service { string name = 1; }
  message Error { int32 error_code = 1; string error_message = 2; }
`);
const Request = root.lookupType('Request');
const Response = root.lookupType('Response');

interface Replied {
  readonly originalRequest: object;
  readonly fileDescriptorResponse?: { readonly fileDescriptorProto: readonly Uint8Array[] };
  readonly listServicesResponse?: { readonly service: readonly { readonly name: string }[] };
  readonly allExtensionNumbersResponse?: object;
  readonly errorResponse?: { readonly errorCode: number; readonly errorMessage: string };
}

type Call = ClientDuplexStream<object, Replied>;

async function open(): Promise<{ origin: string; ask: (version?: string) => Call }> {
  const services = [Probe.serve(probe({ say: (request) => request })), ...feed({})];
  const handler = createHandler({ services, grpcAtRoot: true });
  const origin = `http://127.0.0.1:${await listening(createServer(withReflection(handler, services)))}`;
  const client = new Client(new URL(origin).host, credentials.createInsecure());
  onTestFinished(() => client.close());
  const write = (request: object): Buffer =>
    Buffer.from(Request.encode(Request.fromObject(request)).finish());
  const read = (bytes: Buffer): Replied => Response.toObject(Response.decode(bytes)) as Replied;
  return {
    origin,
    ask: (version = 'v1') =>
      client.makeBidiStreamRequest(
        `/grpc.reflection.${version}.ServerReflection/ServerReflectionInfo`,
        write,
        read,
      ),
  };
}

async function reply(call: Call, question: object): Promise<Replied> {
  const replied = once(call, 'data');
  call.write(question);
  const [got] = (await replied) as [Replied];
  return got;
}

test.each(['v1', 'v1alpha'])(
  'grpc-js learns services, files and symbols by %s, question by question',
  async (version) => {
    const { ask } = await open();
    const call = ask(version);
    const listed = await reply(call, { host: 'here', listServices: '' });
    expect(listed).toMatchObject({ validHost: 'here', originalRequest: { host: 'here' } });
    const names = listed.listServicesResponse!.service.map(({ name }) => name);
    expect(names).toEqual(['pipit.test.v1.Probe', 'pipit.test.v1.Feed']);
    for (const symbol of [
      ...names,
      'pipit.test.v1.Probe.say',
      'pipit.test.v1.Text',
      'pipit.test.v1.Text.count',
    ]) {
      const { fileDescriptorResponse } = await reply(call, { fileContainingSymbol: symbol });
      const file = fileDescriptorResponse!.fileDescriptorProto.map((bytes) =>
        descriptor.FileDescriptorProto.decode(bytes),
      );
      // What it imports comes with it, so that a client can make a working set of it.
      const known = protobuf.Root.fromDescriptor({ file } as never);
      expect(known.lookupService('pipit.test.v1.Probe' === symbol ? symbol : names[0]!)).toBeDefined();
    }
    const path = 'probe.proto';
    const { errorResponse } = await reply(call, { fileByFilename: `no-such/${path}` });
    expect(errorResponse).toMatchObject({
      errorCode: 5,
      errorMessage: expect.stringContaining('no-such') as string,
    });
    expect(await reply(call, { allExtensionNumbersOfType: 'pipit.test.v1.Text' })).toMatchObject({
      allExtensionNumbersResponse: { baseTypeName: 'pipit.test.v1.Text' },
    });
    expect(await reply(call, {})).toMatchObject({ errorResponse: { errorCode: 3 } });
    const status = once(call, 'status');
    call.end();
    expect(await status).toMatchObject([{ code: 0 }]);
  },
);

test('what is not a question ends the call; everything else is the listener’s', async () => {
  const { origin, ask } = await open();
  const call = ask();
  const failed = once(call, 'error');
  call.write({ host: 'x'.repeat(70_000), listServices: '' });
  expect(await failed).toMatchObject([{ code: 8 }]);
  const { status, message } = await grpcCaller(origin)(
    '/pipit.test.v1.Probe/say',
    Text.encode({ text: 'hi' }),
  );
  expect([status.code, Text.decode(message!).text]).toEqual([0, 'hi']);
});
