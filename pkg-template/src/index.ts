export type { Bootstrap, BootstrapDecision, BootstrapOptions } from "./bootstrap.js";
export type { Bound } from "./bound.js";
export { TidegateError, type TidegateErrorCode } from "./error.js";
export { type EvaluationDetails, type EvaluationEvent, evaluationEvent } from "./event.js";
export type { Bucket, Check, Explanation, Ramp, Step, TimeSlot, TimeWindow } from "./explanation.js";
export type {
  Balance,
  BalanceArm,
  Exposure,
  ExposureListener,
  ExposureListening,
  ExposureMemory,
} from "./exposure.js";
export type { ListedAttributes } from "./listed.js";
export type { ChangeListener } from "./listeners.js";
export type { Parameters } from "./parameters.js";
export type { Snapshot, SnapshotObject, SnapshotSource } from "./source.js";
export { Tidegate } from "./tidegate.js";
export type {
  AlarmState,
  AnyFlags,
  Context,
  Decided,
  DecideOptions,
  Decision,
  ErrorCode,
  ExposeOptions,
  FlagMetadata,
  FlagObject,
  FlagValue,
  Held,
  Json,
  LoadReport,
  ModuleSource,
  ParameterOptions,
  Reason,
  Refusal,
  Rollback,
  RollbackListener,
  TidegateOptions,
  Undecided,
  UpdateOptions,
  Warning,
  WouldBe,
} from "./types.js";
export type { WatchEvidence } from "./watch.js";
