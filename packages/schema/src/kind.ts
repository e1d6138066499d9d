import type { MessageSchema, ScalarName } from './declarations.ts';

/** How an answer of this message is sent, where it is more than a message (wire.md, Download and Envelope). */
export function kindOf({ fields }: MessageSchema): 'download' | 'envelope' | undefined {
  // Most messages are told apart by their size.
  if (fields.length < 2 || fields.length > 4) return undefined;
  const rest = new Map(fields.map((field) => [field.name, field]));
  const take = (name: string, type: ScalarName | 'message'): boolean => {
    const field = rest.get(name);
    if (field === undefined || field.shape !== 'singular' || field.oneof !== undefined) return false;
    const { value } = field;
    return (value.kind === 'scalar' ? value.scalar : value.kind) === type && rest.delete(name);
  };
  if (take('code', 'int32') && take('msg', 'string') && take('data', 'message')) {
    return rest.size === 0 ? 'envelope' : undefined;
  }
  if (take('content_type', 'string') && take('data', 'bytes')) {
    take('status', 'int32');
    take('filename', 'string');
    return rest.size === 0 ? 'download' : undefined;
  }
  return undefined;
}
