import type { Expected } from './case.ts';

/** The gateway cannot know whether such a service will ever come (gateway.md, Faults: "never seen"). */
const neverSeen: Expected = { status: 501, contentType: 'application/json', twirpCode: 'unimplemented' };

/**
 * Cases that a gateway answers itself, in another way than the service would that it stands before, and how. All
 * others are the same through it, byte for byte.
 */
export const gatewayWins: Readonly<Record<string, Expected>> = {
  'route-unknown-service': neverSeen,
  'route-missing-package': neverSeen,
  'the service in another case is no route': neverSeen,
  'no package is no route': neverSeen,
  'no route: /twirp/Twirp.example.haberdasher.Haberdasher/MakeHat': neverSeen,
  'no route: /twirp/twirp.example.haberdasher.haberdasher/MakeHat': neverSeen,
};

/** Cases that say nothing about a gateway, and why. */
export const notForGateways: Readonly<Record<string, string>> = {
  'hook-received-error-on-get':
    'its path names no service, so that no service is asked and none of its hooks runs',
};
