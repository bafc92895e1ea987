import * as module from "tidegate-glue";
import type { Binding } from "./binding.js";
import { complaint, decide, instantFor } from "./decide.js";
import { TidegateError } from "./error.js";
import type { Flag } from "./flag.js";
import { enter, vitals } from "./instance.js";
import {
  BAD_CONTEXT,
  ERROR_CODES,
  errorOf,
  holdoutOf,
  insteadOf,
  isError,
  isHeld,
  isStored,
  NOT_FOUND,
  NOT_READY,
  REASONS,
  REFUSED,
  reasonOf,
  servingRule,
  variantOf,
} from "./outcome.js";
import type { Program } from "./program.js";
import type { Decided, DecideOptions, Decision, Undecided } from "./types.js";

// From a packed outcome to the object that `decide` hands out.

/** The decision of a flag for a context, at the instant that is given or the clock's; exposed unless it says otherwise. */
export function decisionFor(program: Program, key: string, context: unknown, options?: DecideOptions): Decision {
  try {
    const flag = program.find(key);
    const now = instantFor(program, flag, options?.now);
    const outcome = flag.constant >= 0 ? flag.constant : decide(program, flag, context, now);
    if (isError(outcome)) return undecided(program, key, outcome, complaint, flag, now);
    const decision = decided(program, flag, outcome, isHeld(outcome) ? program.wouldBe(flag, now) : 0);
    program.exposures?.see(program, flag, outcome, context, now, options?.expose === false ? decision : undefined);
    return decision;
  } catch (cause) {
    return stopped(program, key, cause);
  }
}

/** The decision of a flag for a bound context, exposed unless `expose` is false. */
export function decisionOf(binding: Binding, key: string, expose = true): Decision {
  const { program } = binding;
  try {
    if (program.disposed) return undecided(program, key, NOT_READY, "");
    const flag = program.find(key);
    const outcome = binding.decide(flag);
    if (!isError(outcome)) {
      const decision = decided(program, flag, outcome, isHeld(outcome) ? binding.wouldBe(flag) : 0);
      program.exposures?.see(program, flag, outcome, binding, 0, expose ? undefined : decision);
      return decision;
    }
    return undecided(program, key, outcome, binding.complaint(flag) ?? "", flag, binding.instant(flag.timed));
  } catch (cause) {
    return stopped(program, key, cause);
  }
}

/** `wouldBe` is the outcome that a unit that is held back would have got. */
function decided(program: Program, flag: Flag, outcome: number, wouldBe: number): Decision {
  const variant = variantOf(outcome);
  const rule = flag.rules[servingRule(outcome)];
  const decision = {
    flag: flag.key,
    value: flag.values[variant],
    variant: flag.variants[variant],
    reason: REASONS[reasonOf(outcome)],
    ...(rule === undefined ? undefined : { rule }),
    ...(isStored(outcome) ? { stored: true } : undefined),
    ...(isHeld(outcome) ? { holdout: holdoutOf(flag, outcome), wouldBe: insteadOf(flag, wouldBe) } : undefined),
    revision: program.revision,
  };
  // The module answers with positions that it has described itself.
  return decision as Decided;
}

function undecided(program: Program, key: string, outcome: number, unread: string, flag?: Flag, now = 0): Undecided {
  return {
    flag: key,
    reason: "ERROR",
    revision: program.revision,
    errorCode: ERROR_CODES[errorOf(outcome)] ?? "GENERAL",
    errorMessage: messageFor(program, key, outcome, unread, flag, now),
  };
}

function messageFor(
  program: Program,
  key: string,
  outcome: number,
  unread: string,
  flag: Flag | undefined,
  now: number,
): string {
  switch (outcome) {
    case NOT_FOUND:
      return `there is no flag \`${key}\` in revision \`${program.revision}\``;
    case NOT_READY:
      return program.disposed ? "this Tidegate was disposed of" : "no snapshot has been loaded yet";
    case BAD_CONTEXT:
      return unread;
    case REFUSED:
      return refusalOf(program, key);
    default: {
      const { engine, scratch } = program.ready();
      enter();
      const message = module.complaint(engine, flag?.index ?? -1, scratch.stamp, now);
      vitals.inside = false;
      return message;
    }
  }
}

function refusalOf(program: Program, key: string): string {
  const refusal = program.report.refused.find(({ flag }) => flag === key);
  if (refusal === undefined) return "the flag was refused at load";
  const { path, message, suggestion } = refusal;
  const hint = suggestion === undefined ? "" : `, did you mean \`${suggestion}\`?`;
  return `the flag was refused at load: ${path}: ${message}${hint}`;
}

const STOPPED = "the module stopped while it decided; it starts anew with the next call";

/** What is left to say when even the preparations failed. */
function stopped(program: Program, key: string, cause: unknown): Undecided {
  const errorMessage = cause instanceof TidegateError ? cause.message : STOPPED;
  return { flag: key, reason: "ERROR", revision: program.revision, errorCode: "GENERAL", errorMessage };
}
