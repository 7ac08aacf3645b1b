// The OpenAPI document of the handler; its schemas are those that requests are checked with.

import { toJsonSchema } from "@valibot/to-json-schema";
import * as schema from "./schema.js";

const json = (name: string) => ({ "application/json": { schema: { $ref: `#/components/schemas/${name}` } } });
const answered = (description: string, content: object) => ({ 200: { description, content } });
const problem = { $ref: "#/components/responses/Problem" };
const problems = { "4XX": problem, "5XX": problem };
const integer = { type: "integer", minimum: 0 };
const string = { type: "string" };

/** Without the dialect's name and with what JSON Schema cannot say left out. */
function schemaOf(of: typeof schema.situation | typeof schema.sweep): object {
  const { $schema, ...rest } = toJsonSchema(of, { errorMode: "ignore", typeMode: "input" });
  return rest;
}

const suggestion = {
  type: "object",
  required: ["from", "to", "insert", "kind", "atCursor"],
  properties: {
    from: integer,
    to: integer,
    insert: string,
    kind: { enum: ["insertion", "deletion", "replacement"] },
    atCursor: { type: "boolean" },
  },
};

const prediction = {
  type: "object",
  required: ["outcome", "suggestions", "dropped", "version", "cursor", "stats"],
  properties: {
    outcome: { enum: ["suggestions", "nothing", "cancelled", "skipped"] },
    suggestions: { type: "array", items: { $ref: "#/components/schemas/Suggestion" } },
    dropped: {
      type: "array",
      items: {
        type: "object",
        required: ["reason", "message", "from", "to"],
        properties: { reason: string, message: string, from: integer, to: integer, document: string },
      },
    },
    document: {
      type: "string",
      description: "Path of the document that the suggestions are for, if another.",
    },
    version: integer,
    cursor: integer,
    stats: { type: "object" },
  },
};

export const openapi = {
  openapi: "3.1.0",
  info: {
    title: "Foretab",
    version: "1",
    description: "Predicts the next edit of a document. Offsets are UTF-16 code units unless said otherwise.",
    license: { name: "MIT OR Apache-2.0", identifier: "MIT OR Apache-2.0" },
  },
  servers: [{ url: "/" }],
  security: [{ key: [] }],
  paths: {
    "/v1/next-edit": {
      post: {
        operationId: "nextEdit",
        summary: "Predicts what the user would edit next",
        requestBody: { required: true, content: json("Situation") },
        responses: {
          ...answered(
            "What came of it; as events `suggestion` and `prediction` where the client accepts those",
            {
              ...json("Prediction"),
              "text/event-stream": { schema: string },
            },
          ),
          ...problems,
        },
      },
    },
    "/backend/next_edit_autocomplete": {
      post: {
        operationId: "sweep",
        summary: "The same in the protocol of Sweep's server",
        requestBody: { required: true, content: json("SweepRequest") },
        responses: {
          ...answered("A line of JSON", { "application/x-ndjson": { schema: string } }),
          ...problems,
        },
      },
    },
    "/v1/models": {
      get: {
        operationId: "models",
        summary: "The model that answers",
        responses: { ...answered("As other servers of models say it", json("Models")), ...problems },
      },
    },
    "/health": {
      get: {
        operationId: "health",
        summary: "Whether the handler answers",
        security: [],
        responses: { ...answered("It does", json("Health")), ...problems },
      },
    },
  },
  components: {
    securitySchemes: { key: { type: "http", scheme: "bearer" } },
    responses: {
      Problem: {
        description: "Why there is no answer; RFC 9457",
        headers: { "retry-after": { description: "Seconds, with 429 and 503", schema: integer } },
        content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
      },
    },
    schemas: {
      Situation: schemaOf(schema.situation),
      SweepRequest: schemaOf(schema.sweep),
      Suggestion: suggestion,
      Prediction: prediction,
      Models: {
        type: "object",
        required: ["object", "data"],
        properties: {
          object: { const: "list" },
          data: { type: "array", items: { type: "object", required: ["id"], properties: { id: string } } },
        },
      },
      Health: {
        type: "object",
        required: ["status", "engine", "model"],
        properties: {
          status: { const: "ok" },
          engine: { enum: ["wasm", "webgpu", "openai", "rule"] },
          model: string,
        },
      },
      Problem: {
        type: "object",
        required: ["type", "title", "status", "detail"],
        properties: { type: string, title: string, status: integer, detail: string },
      },
    },
  },
};
