import { BinaryReader } from '../../codec/binary-reader.ts';
import { BinaryWriter } from '../../codec/binary-writer.ts';

/** A question to gRPC's server reflection (grpc/reflection/v1/reflection.proto; v1alpha is the same). */
export interface Question {
  readonly host: string;
  readonly kind: 'file' | 'symbol' | 'extension' | 'extensions' | 'services' | undefined;
  /** Of the file, the symbol, or the message that is extended. */
  readonly name: string;
  /** Of the extension. */
  readonly number: number;
}

/** The answer to one: the protos of files, the numbers of extensions, the names of services, or an error. */
export type Reply =
  | { readonly files: readonly Uint8Array[] }
  | { readonly extended: string; readonly numbers: readonly number[] }
  | { readonly services: readonly string[] }
  | { readonly code: number; readonly message: string };

/** @throws {DecodeError} */
export function readQuestion(bytes: Uint8Array): Question {
  const question = { host: '', kind: undefined as Question['kind'], name: '', number: 0 };
  const reader = new BinaryReader(bytes);
  const name = (kind: Question['kind']): void => {
    question.kind = kind;
    question.name = reader.string();
  };
  while (reader.pos < bytes.length) {
    const tag = reader.tag();
    if (tag === 0x0a) question.host = reader.string();
    else if (tag === 0x1a) name('file');
    else if (tag === 0x22) name('symbol');
    else if (tag === 0x2a) Object.assign(question, readExtension(reader.bytes()));
    else if (tag === 0x32) name('extensions');
    else if (tag === 0x3a) name('services');
    else reader.skip(tag);
  }
  return question;
}

function readExtension(bytes: Uint8Array): Pick<Question, 'kind' | 'name' | 'number'> {
  const extension = { kind: 'extension' as const, name: '', number: 0 };
  const reader = new BinaryReader(bytes);
  while (reader.pos < bytes.length) {
    const tag = reader.tag();
    if (tag === 0x0a) extension.name = reader.string();
    else if (tag === 0x10) extension.number = reader.int32();
    else reader.skip(tag);
  }
  return extension;
}

/** @param question as it came: it is repeated */
export function writeReply(host: string, question: Uint8Array, reply: Reply): Uint8Array {
  const writer = new BinaryWriter();
  if (host !== '') writer.string(0x0a, host);
  writer.bytes(0x12, question);
  if ('files' in reply) {
    const mark = writer.begin(0x22);
    for (const file of reply.files) writer.bytes(0x0a, file);
    writer.end(mark);
  } else if ('numbers' in reply) {
    const mark = writer.begin(0x2a);
    writer.string(0x0a, reply.extended);
    if (reply.numbers.length > 0) writer.packedInt32(0x12, reply.numbers);
    writer.end(mark);
  } else if ('services' in reply) {
    const mark = writer.begin(0x32);
    for (const service of reply.services) {
      const inner = writer.begin(0x0a);
      writer.string(0x0a, service);
      writer.end(inner);
    }
    writer.end(mark);
  } else {
    const mark = writer.begin(0x3a);
    writer.int32(0x08, reply.code);
    writer.string(0x12, reply.message);
    writer.end(mark);
  }
  return writer.finish();
}
