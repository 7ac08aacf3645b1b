// From a runtime's variables to a handler.

import type { Dialect } from "@foretab/client";
import type { Engine } from "./engine.js";
import { createHandler, type Handler } from "./handler.js";
import type { RateLimiter } from "./limits.js";
import type { Exports } from "./module.js";
import { OpenAiEngine } from "./openai-engine.js";
import { RuleEngine } from "./rule-engine.js";

/** Variables and secrets; worker/edge/README.md lists them. Those that are not set may be null. */
export interface Variables {
  FORETAB_KEYS?: string | null | undefined;
  FORETAB_ORIGINS?: string | null | undefined;
  FORETAB_PER_MINUTE?: string | null | undefined;
  FORETAB_CONCURRENCY?: string | null | undefined;
  FORETAB_LOG?: string | null | undefined;
  FORETAB_REPEAT?: string | null | undefined;
  OPENAI_URL?: string | null | undefined;
  OPENAI_MODEL?: string | null | undefined;
  OPENAI_KEY?: string | null | undefined;
  OPENAI_DIALECT?: string | null | undefined;
  OPENAI_CONTEXT?: string | null | undefined;
  OPENAI_TIMEOUT?: string | null | undefined;
  OPENAI_PREDICTION?: string | null | undefined;
  OPENAI_EXTRA?: string | null | undefined;
}

/** Makes the engine of a bundle's model: for what the rule leaves open, with `repeat`, or for all. */
export type Embedded = (repeat: boolean) => Engine;

/**
 * The handler that the variables describe: the engine `openai` where there is `OPENAI_URL`, else `embedded`; the rule
 * before either, or alone, as `FORETAB_REPEAT` says.
 * Throws where a variable is missing or is none.
 */
export function handlerOf(
  variables: Variables,
  exports: () => Exports,
  embedded: Embedded | undefined,
  rateLimiter?: RateLimiter,
): Handler {
  const keys = list(variables.FORETAB_KEYS);
  if (keys.length === 0) throw new Error("FORETAB_KEYS is not set; `*` lets anybody ask");
  const { OPENAI_URL: url } = variables;
  // The embedded model repeats less well than the rule; a serving engine's knows better when to be quiet.
  const repeat = onOrOff("FORETAB_REPEAT", variables.FORETAB_REPEAT) ?? (!url && embedded !== undefined);
  const asked = url ? openai(variables, url, exports) : embedded?.(repeat);
  const engine = repeat ? new RuleEngine(exports, asked) : asked;
  if (!engine) {
    throw new Error(
      "OPENAI_URL is not set, and no model is in this bundle; with FORETAB_REPEAT=on the rule answers alone",
    );
  }
  return createHandler({
    engine,
    keys: keys.includes("*") ? null : keys,
    origins: list(variables.FORETAB_ORIGINS),
    perMinute: number("FORETAB_PER_MINUTE", variables.FORETAB_PER_MINUTE),
    concurrency: number("FORETAB_CONCURRENCY", variables.FORETAB_CONCURRENCY),
    rateLimiter,
    log: variables.FORETAB_LOG === "off" ? undefined : (line) => console.log(JSON.stringify(line)),
  });
}

function openai(variables: Variables, url: string, exports: () => Exports): Engine {
  const { OPENAI_MODEL: model } = variables;
  const dialect = variables.OPENAI_DIALECT || undefined;
  if (!model) throw new Error("OPENAI_MODEL is not set");
  if (!isDialect(dialect)) throw new Error("OPENAI_DIALECT is none");
  return new OpenAiEngine(exports, {
    url,
    model,
    key: variables.OPENAI_KEY || undefined,
    dialect,
    context: number("OPENAI_CONTEXT", variables.OPENAI_CONTEXT),
    timeout: number("OPENAI_TIMEOUT", variables.OPENAI_TIMEOUT),
    prediction: variables.OPENAI_PREDICTION === "on",
    extra: variables.OPENAI_EXTRA ? JSON.parse(variables.OPENAI_EXTRA) : undefined,
  });
}

function isDialect(name: string | undefined): name is Dialect | undefined {
  return name === undefined || name === "sweep_card" || name === "sweep_server" || name === "fim";
}

function list(value: string | null | undefined): string[] {
  return (value ?? "").split(/[\s,]+/).filter(Boolean);
}

function onOrOff(name: string, value: string | null | undefined): boolean | undefined {
  if (!value) return undefined;
  if (value !== "on" && value !== "off") throw new Error(`${name} is neither on nor off`);
  return value === "on";
}

function number(name: string, value: string | null | undefined): number | undefined {
  if (!value) return undefined;
  const parsed = Number(value);
  if (!(parsed > 0)) throw new Error(`${name} is no positive number`);
  return parsed;
}
