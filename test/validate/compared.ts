/** Checks beside protovalidate: generated ones, and ones made of a schema at run time. */
import { join } from 'node:path';
import { createFileRegistry, type DescMessage, type FileRegistry, fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { pathToString } from '@bufbuild/protobuf/reflect';
import { createValidator, type Validator } from '@bufbuild/protovalidate';
import { type DynamicTypes, dynamicTypes } from '@pipit/runtime/dynamic';
import { DynamicChecks } from '@pipit/runtime/dynamic/checks';
import { type MessageCheck, validate, type Violation } from '@pipit/runtime/validate';
import { readDescriptorSet } from '@pipit/schema';
import { expect } from 'vitest';
import type { AnyType } from '../codec/agreement.ts';

/** A violation without what only one side has. */
export interface Told {
  readonly field: string;
  readonly rule: string;
  readonly message: string;
  readonly rulePath: string;
  readonly forKey: boolean;
}

/** Of a message without rules. */
const none: MessageCheck<object> = { typeName: '', violations: () => [] };

/** A message with everybody who holds it against its rules. */
export interface ComparedMessage {
  readonly desc: DescMessage;
  /** Fails where somebody differs. @returns what protovalidate says */
  readonly compare: (bytes: Uint8Array) => readonly Told[];
  /** What the generated check says. */
  readonly violations: (bytes: Uint8Array) => readonly Violation[];
}

export class Compared {
  readonly registry: FileRegistry;
  readonly validator: Validator;
  readonly #dir: string;
  readonly #dynamic: DynamicTypes;
  readonly #dynamicChecks: DynamicChecks;

  /** @param dir with the generated code of the set's files */
  constructor(descriptorSet: Uint8Array, dir: string) {
    this.registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptorSet));
    this.validator = createValidator({ registry: this.registry });
    this.#dir = dir;
    this.#dynamic = dynamicTypes(readDescriptorSet(descriptorSet));
    this.#dynamicChecks = new DynamicChecks(this.#dynamic, descriptorSet);
  }

  /** @param stem of the file: `proto3`; @param name of a message in it that is in no other */
  async message(stem: string, typeName: string): Promise<ComparedMessage> {
    const desc = this.registry.getMessage(typeName)!;
    const name = typeName.slice(typeName.lastIndexOf('.') + 1);
    const types = (await import(join(this.#dir, `${stem}.pb.ts`))) as Record<string, AnyType>;
    const checks = (await import(join(this.#dir, `${stem}.check.ts`))) as Record<
      string,
      MessageCheck<object>
    >;
    const dynamicCheck = (await this.#dynamicChecks.of(typeName)) ?? none;
    const check = checks[`${name}$check`] ?? none;
    return {
      desc,
      violations: (bytes) => validate(check, types[name]!.decode(bytes) as object),
      compare: (bytes) => {
        const expected = this.#protovalidate(desc, bytes);
        same(ours(check, types[name]!, bytes), expected);
        same(ours(dynamicCheck, this.#dynamic.message(typeName)!, bytes), expected);
        return expected;
      },
    };
  }

  #protovalidate(desc: DescMessage, bytes: Uint8Array): Told[] {
    const result = this.validator.validate(desc, fromBinary(desc, bytes));
    if (result.kind === 'error') throw result.error;
    if (result.kind === 'valid') return [];
    return result.violations.map(({ field, ruleId, message, rule, forKey }) => ({
      field: pathToString(field),
      rule: ruleId,
      message,
      rulePath: pathToString(rule),
      forKey,
    }));
  }
}

/** Texts are compared in no time; only a difference is worth vitest's own look. */
function same(actual: readonly Told[], expected: readonly Told[]): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
}

function ours(check: MessageCheck<object>, type: AnyType, bytes: Uint8Array): Told[] {
  return validate(check, type.decode(bytes) as object).map(({ field, rule, message, rulePath, forKey }) => ({
    field,
    rule,
    message,
    rulePath,
    forKey,
  }));
}
