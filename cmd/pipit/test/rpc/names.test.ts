import { describe, expect, it } from 'vitest';
import { checkNames } from '../../src/scaffold/names.ts';

const check = (flags: object): unknown => checkNames({ server: 'foo', version: '1', method: [], ...flags });

describe('names are checked before anything else', () => {
  it.each([
    [{ server: 'Foo-Bar' }, 'say --server=foo_bar'],
    [{ server: '../etc' }, 'say --server=etc'],
    [{ server: 'a/b' }, 'say --server=a_b'],
    [{ server: '' }, 'for example user or user_info'],
    [{ server: '1st' }, 'say --server=st'],
    [{ server: '用户' }, 'for example user'],
    [{ server: 'dist' }, 'say --server=dist_service'],
    [{ service: 'con' }, 'say --service=con_service'],
    [{ service: 'UserInfo' }, 'say --service=user_info'],
    [{ service: 'promise' }, 'which TypeScript has already'],
    [{ version: 'v3' }, 'write --version=3'],
    [{ version: '01' }, 'write --version=1'],
    [{ version: '-1' }, 'write --version=1'],
    [{ version: 'latest' }, 'write --version=1'],
    [{ package: 'My Shop' }, 'is not a valid npm name'],
    [{ method: ['getUser'] }, 'say --method=GetUser'],
    [{ method: ['get_user'] }, 'say --method=GetUser'],
    [{ method: ['Get User'] }, 'say --method=GetUser'],
    [{ method: ['1'] }, 'for example GetUser'],
  ])('%j', (flags, remedy) => {
    expect(() => check(flags)).toThrow(
      expect.objectContaining({ status: 2, message: expect.stringContaining(remedy) }),
    );
  });

  it('makes the names of the generator', () => {
    expect(check({ server: 'foo', service: 'user_info_2', version: '0', method: ['Get', 'Get'] })).toEqual({
      stem: 'foo/v0/user_info_2',
      package: 'foo.v0',
      service: 'UserInfo2',
      methods: ['Get'],
      importName: undefined,
    });
  });
});
