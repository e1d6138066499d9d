/** Expressions in CEL for values of a type: `int32`, `E`, `google.protobuf.Duration`, `M3`. */
export function expressions(type: string): readonly string[] {
  if (/^u?int|^sint|^s?fixed/.test(type)) {
    const unsigned = /^(u|fixed)/.test(type) ? 'u' : '';
    return [`this > 1${unsigned} && this != 3${unsigned}`, `this == 2${unsigned} ? '' : 'is not two'`];
  }
  const wrapper = /^google\.protobuf\.(\w+)Value$/.exec(type)?.[1];
  if (wrapper !== undefined)
    return expressions(wrapper === 'UInt32' || wrapper === 'UInt64' ? 'uint32' : wrapper.toLowerCase());
  switch (type) {
    case 'float':
    case 'double':
      return ['this > 1.5', '!this.isNan() && !this.isInf()'];
    case 'bool':
      return ['this'];
    case 'string':
      return [
        "this.size() < 3 || this.startsWith('a')",
        'this.isEmail() || this.isIp() || this.isUri()',
        "this.matches('^[a-c]*$')",
      ];
    case 'bytes':
      return ["this.size() < 2 || this.contains(b'b')"];
    case 'E':
      return ['this != 1', 'this in [0, 4]'];
    case 'google.protobuf.Timestamp':
      return ['this < now', "this > timestamp('1970-01-01T00:00:01Z')"];
    case 'google.protobuf.Duration':
      return ["this > duration('1s')"];
    case 'google.protobuf.FieldMask':
      return ['this.paths.size() < 2'];
    default:
      return /^M\d/.test(type) ? ['has(this.f1)', "has(this.f1) ? '' : 'has no f1'"] : [];
  }
}
