import type { Field, ScalarName } from './field.ts';

/** What an answer of these fields is (wire.md, Download and Envelope). */
export function kindOf(fields: readonly Field[]): 'download' | 'envelope' | undefined {
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
