export { type ClickHouseSinkOptions, clickHouseSink } from "./clickhouse.js";
export { type ConsoleSinkOptions, consoleSink } from "./console.js";
export { type HttpSinkOptions, httpSink } from "./http.js";
export type { BatchOptions, KeepOptions, RetryOptions, SendOptions } from "./options.js";
export type { ExposureRow } from "./row.js";
export { isSampled } from "./sample.js";
export { type ExposureSender, type ExposureSource, sendExposures } from "./send.js";
export type { Receipt, SendDetails, Sink } from "./sink.js";
export type { SendStats } from "./stats.js";
export {
  type DecisionLogDetails,
  type EventLogger,
  type EventRecord,
  type EventValue,
  type ExposureLogDetails,
  logDecision,
  logExposures,
} from "./telemetry.js";
