// SPDX-License-Identifier: Apache-2.0
// An OpenAPI document, held against answers: an answer must have its status and media type in the document, and its
// JSON must be what the schema says and nothing more. What was seen of each schema is kept, for the other direction.

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const clone = (value) => JSON.parse(JSON.stringify(value));

/** Calls `visit` with each object schema inside of a schema that names its members. */
function eachObjectSchema(schema, visit) {
  if (schema === null || typeof schema !== "object") return;
  if (schema.properties !== undefined) visit(schema);
  for (const part of Object.values(schema)) eachObjectSchema(part, visit);
}

export class Document {
  /** `packages`: the folder whose node_modules has the validators. */
  static async read(json, packages) {
    const require = createRequire(join(packages, "package.json"));
    const { Validator } = await import(pathToFileURL(require.resolve("@seriousme/openapi-schema-validator")).href);
    const Ajv = require("ajv/dist/2020.js").default;
    const validator = new Validator();
    const verdict = await validator.validate(clone(json));
    return new Document(json, { verdict, version: validator.version, Ajv });
  }

  constructor(json, { verdict, version, Ajv }) {
    this.json = json;
    this.isValid = verdict.valid;
    this.errors = verdict.errors;
    this.version = version;
    this.seen = new Map();
    this.ajv = new Ajv({ allErrors: true, strict: true, strictTypes: false, strictRequired: true });
    this.ajv.addFormat("int64", { type: "number", validate: Number.isSafeInteger });
    this.ajv.addVocabulary(["components"]);
    const closed = clone(json.components.schemas);
    eachObjectSchema(closed, (schema) => (schema.additionalProperties ??= false));
    this.ajv.addSchema({ $id: "skep:document", components: { schemas: closed } });
    this.checks = new Map();
  }

  /** What a reference ("#/a/b") leads to. */
  at(reference) {
    return reference
      .replace(/^#\//, "")
      .split("/")
      .reduce((part, name) => part?.[name.replaceAll("~1", "/").replaceAll("~0", "~")], this.json);
  }

  resolved(part) {
    return part?.$ref === undefined ? part : this.at(part.$ref);
  }

  /** [{path, method, operation, isService}], one for each operation. */
  operations() {
    return Object.entries(this.json.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => method !== "servers")
        .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation, isService: item.servers !== undefined })),
    );
  }

  /** Throws unless `value` is what `schema` says and nothing more. */
  checkValue(what, schema, value) {
    const key = JSON.stringify(schema);
    if (!this.checks.has(key)) {
      this.checks.set(key, this.ajv.compile(JSON.parse(key.replaceAll('"#/components/', '"skep:document#/components/'))));
    }
    const check = this.checks.get(key);
    if (!check(value)) {
      const errors = check.errors.map((one) => `${one.instancePath} ${one.message} ${JSON.stringify(one.params)}`);
      throw new Error(`${what} is not what the document says:\n  ${errors.join("\n  ")}\n${JSON.stringify(value).slice(0, 2000)}`);
    }
    this.note(schema, value, null);
  }

  note(schema, value, name) {
    if (schema.anyOf !== undefined) {
      const part = schema.anyOf.find((one) => (one.type === "null") === (value === null));
      if (part !== undefined) this.note(part, value, name);
      return;
    }
    if (schema.$ref !== undefined) {
      const target = schema.$ref.split("/").pop();
      this.see(target);
      this.note(this.at(schema.$ref), value, target);
      return;
    }
    if (Array.isArray(value)) for (const item of value) this.note(schema.items ?? {}, item, name);
    if (value === null || typeof value !== "object" || schema.properties === undefined) return;
    for (const [member, part] of Object.entries(schema.properties)) {
      if (!(member in value)) continue;
      if (value[member] !== null) this.see(`${name}.${member}`);
      this.note(part, value[member], `${name}.${member}`);
    }
  }

  see(name) {
    this.seen.set(name, (this.seen.get(name) ?? 0) + 1);
  }

  /** The answer of an operation: { status, headers, body, json }. Gives the response object of the document. */
  checkAnswer(what, { operation, method }, answer) {
    const response = this.resolved(operation.responses[answer.status] ?? operation.responses.default);
    if (response === undefined) throw new Error(`${what}: ${answer.status} is not in the document`);
    if (response.content === undefined) {
      if (answer.body !== "") throw new Error(`${what}: the document knows no body of ${answer.status}: ${answer.body}`);
      return response;
    }
    const media = (answer.headers["content-type"] ?? "none").split(";")[0];
    const content = response.content[media];
    if (content === undefined) throw new Error(`${what}: ${answer.status} as ${media} is not in the document`);
    if (method !== "HEAD" && /[/+]json$/.test(media)) this.checkValue(what, content.schema, answer.json);
    for (const name of Object.keys(response.headers ?? {})) {
      if (answer.headers[name.toLowerCase()] === undefined) throw new Error(`${what}: ${answer.status} lacks ${name}`);
    }
    return response;
  }

  /** A problem must be the one that its type leads to. */
  checkProblem(what, problem) {
    if (problem.type === "about:blank") return;
    const [document, fragment] = problem.type.split("#");
    const shown = document === "/api/v1/openapi.json" ? this.at(`#${fragment}`)?.value : undefined;
    const isThat = shown !== undefined && ["type", "title", "status", "code"].every((name) => shown[name] === problem[name]);
    if (!isThat) throw new Error(`${what}: ${problem.type} does not lead to this problem: ${JSON.stringify(shown)}`);
    this.see(`problem ${problem.code}`);
  }
}
