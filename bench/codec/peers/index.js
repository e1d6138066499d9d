import { pbf } from './pbf.js';
import { pipit } from './pipit.js';
import { qsByHand, urlSearchParams } from './plain-form.js';
import { plainJson } from './plain-json.js';
import { protobufEs } from './protobuf-es.js';
import { protobufTs } from './protobuf-ts.js';
import { protobufjs } from './protobufjs.js';
import { protoscript } from './protoscript.js';
import { tsProto } from './ts-proto.js';

/** In the order of the tables and of each round. */
export const peers = [
  pipit,
  protobufjs,
  protobufEs,
  tsProto,
  protobufTs,
  pbf,
  protoscript,
  plainJson,
  urlSearchParams,
  qsByHand,
];
