import { type Context, serviceType } from '@pipit/runtime';
import { getExtension } from '@pipit/runtime/codec';
import { createLocalClient } from '@pipit/runtime/local';
import { descriptorSet, optionsOf, reflect } from '@pipit/runtime/reflect';
import { readDescriptorSet, Schema } from '@pipit/schema';
import { describe, expect, test } from 'vitest';
import { audience, Audience, rate, requiredRole, secret, team } from '../fixture/access.pb.ts';
import { Accounts } from '../fixture/access.twirp.ts';

test('a handler reads the custom options of its method, its service and its file', async () => {
  const seen: unknown[] = [];
  const see = ({ method }: Context): void => {
    const { options } = method!;
    seen.push({
      role: getExtension(options.method, requiredRole),
      rate: getExtension(options.method, rate),
      team: getExtension(options.service, team),
      audience: getExtension(options.file, audience),
    });
  };
  const implementation = {
    remove: (account: object, context: Context) => (see(context), account),
    get: (account: object, context: Context) => (see(context), account),
  };
  const client = createLocalClient(Accounts, implementation);
  await client.remove({});
  await client.get({});
  expect(seen).toEqual([
    { role: 'admin', rate: { perMinute: 5 }, team: 'identity', audience: Audience.AUDIENCE_STAFF },
    { role: undefined, rate: undefined, team: 'identity', audience: Audience.AUDIENCE_STAFF },
  ]);
});

describe('reflect', () => {
  test('tells of methods, messages and fields, with their comments', async () => {
    const service = await reflect(Accounts);
    expect(service.comment).toBe('Accounts, for those who may.');
    expect(
      service.methods.map(({ name, comment, deprecated, input }) => [
        name,
        comment,
        deprecated,
        input.fullName,
      ]),
    ).toEqual([
      ['Remove', 'Removes one.', true, 'access.v1.Account'],
      ['Get', '', false, 'access.v1.Account'],
    ]);
    const [, password, created] = service.methods[0]!.input.fields;
    expect(password!.comment).toBe('Never in a log.');
    expect(created!.value).toMatchObject({
      kind: 'message',
      type: { fullName: 'google.protobuf.Timestamp' },
    });
  });

  test('tells of options, custom ones by their extension', async () => {
    const service = await reflect(Accounts);
    const [remove, get] = service.methods;
    expect(getExtension(optionsOf(remove!), requiredRole)).toBe('admin');
    expect(getExtension(optionsOf(get!), requiredRole)).toBeUndefined();
    expect(getExtension(optionsOf(service), team)).toBe('identity');
    expect(getExtension(optionsOf(service.file), audience)).toBe(Audience.AUDIENCE_STAFF);
    const secrets = remove!.input.fields.filter((field) => getExtension(optionsOf(field), secret) === true);
    expect(secrets.map(({ name }) => name)).toEqual(['password']);
  });

  test('knows the extensions that the file declares', async () => {
    const { file } = await reflect(Accounts);
    expect(file.extensions.map(({ fullName, extendee }) => [fullName, extendee.fullName])).toContainEqual([
      'access.v1.required_role',
      'google.protobuf.MethodOptions',
    ]);
  });

  test('loads once', () => {
    expect(reflect(Accounts)).toBe(reflect(Accounts));
  });

  test('says what is wrong where there is no schema', async () => {
    await expect(reflect(serviceType('a.B', {}))).rejects.toThrow(
      'a.B has no schema: generate its code again, with services=generate',
    );
    const load = (): Promise<unknown> => Promise.reject(new Error('no such file'));
    await expect(
      reflect(serviceType('a.B', {}, { runtime: '0.1', path: './b.descriptor.js', load })),
    ).rejects.toThrow(
      'the schema of a.B is not beside its code: ./b.descriptor.js cannot be loaded. Keep the generated .descriptor files',
    );
  });
});

test('a descriptor set holds the files of services and those whose types they use, without positions', async () => {
  const files = readDescriptorSet(await descriptorSet([Accounts]));
  expect(files.map(({ name }) => name)).toEqual([
    'google/protobuf/descriptor.proto',
    'google/protobuf/timestamp.proto',
    'access.proto',
  ]);
  const { file } = new Schema(files).services.get('access.v1.Accounts')!;
  expect(file.source.at('6.0')).toBe('access.proto');
});
