import {
  createFileRegistry,
  type DescField,
  type DescMessage,
  type FileRegistry,
  fromBinary,
  toBinary,
} from '@bufbuild/protobuf';
import { parsePath, type Path } from '@bufbuild/protobuf/reflect';
import { FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { Violation as ProtoViolation, violationsToProto } from '@bufbuild/protovalidate';
import { type DynamicTypes, dynamicTypes } from '@pipit/runtime/dynamic';
import { DynamicChecks } from '@pipit/runtime/dynamic/checks';
import type { Any } from '@pipit/runtime/google/protobuf/any';
import type { MessageCheck, PathStep, Violation } from '@pipit/runtime/validate';
import { readDescriptorSet } from '@pipit/schema';
import {
  TestConformanceRequest,
  TestConformanceResponse,
  TestResult,
} from '../gen/buf/validate/conformance/harness/harness.pb.ts';

type Result = TestResult['result'];

/**
 * Validates the cases of protovalidate's conformance harness by their descriptors.
 * @param input a buf.validate.conformance.harness.TestConformanceRequest
 * @returns a buf.validate.conformance.harness.TestConformanceResponse
 */
export async function runCases(input: Uint8Array): Promise<Uint8Array> {
  const { fdset, cases } = TestConformanceRequest.decode(input);
  const executor = new Executor(fdset);
  const results: Record<string, TestResult> = {};
  for (const [name, any] of Object.entries(cases)) {
    results[name] = TestResult.create({ result: await executor.run(any) });
  }
  return TestConformanceResponse.encode({ results });
}

class Executor {
  readonly #types: DynamicTypes;
  readonly #checks: DynamicChecks;
  /** For the numbers and types of fields, which the harness wants beside their names. */
  readonly #registry: FileRegistry;

  constructor(fdset: Uint8Array) {
    this.#types = dynamicTypes(readDescriptorSet(fdset));
    this.#checks = new DynamicChecks(this.#types, fdset);
    this.#registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, fdset));
  }

  async run({ typeUrl, value }: Any): Promise<Result> {
    const typeName = typeUrl.slice(typeUrl.lastIndexOf('/') + 1);
    const type = this.#types.message(typeName);
    const descriptor = this.#registry.getMessage(typeName);
    if (type === undefined || descriptor === undefined) {
      return { case: 'unexpectedError', value: `the set has no message ${typeName}` };
    }
    let check: MessageCheck<unknown> | undefined;
    try {
      check = await this.#checks.of(typeName);
    } catch (error) {
      return { case: 'compilationError', value: String(error) };
    }
    let message: unknown;
    try {
      message = type.decode(value);
    } catch (error) {
      return { case: 'unexpectedError', value: String(error) };
    }
    let violations: readonly Violation[];
    try {
      violations = check?.violations(message) ?? [];
    } catch (error) {
      return { case: 'runtimeError', value: String(error) };
    }
    if (violations.length === 0) return { case: 'success', value: true };
    const [list, schema] = violationsToProto(violations.map((each) => this.#toProto(descriptor, each)));
    return { case: 'validationError', value: toBinary(schema, list) };
  }

  #toProto(descriptor: DescMessage, { message, rule, path, rulePath, forKey }: Violation): ProtoViolation {
    const rules = this.#registry.getMessage('buf.validate.FieldRules')!;
    const place = rulePath === '' ? [] : parsePath(rules, rulePath, { registry: this.#registry });
    return new ProtoViolation(message, rule, pathOf(descriptor, path), place, forKey);
  }
}

function pathOf(message: DescMessage, steps: readonly PathStep[]): Path {
  const path: Path = [];
  let at: DescMessage | undefined = message;
  for (const step of steps) {
    if (typeof step === 'number') path.push({ kind: 'list_sub', index: step });
    else if (typeof step === 'object') path.push({ kind: 'map_sub', key: step.key });
    else {
      const field: DescField | undefined = at?.fields.find(({ name }) => name === step);
      path.push(field ?? at!.oneofs.find(({ name }) => name === step)!);
      at = field?.message;
    }
  }
  return path;
}
