/** What became of the exposures that a sender was told of; those of earlier visits count when they are found. */
export interface SendStats {
  /** Those that wait, with those under way. */
  readonly waiting: number;
  /** Those that arrived, as far as is known. */
  readonly sent: number;
  /** Those of units that are not in the sample. */
  readonly unsampled: number;
  /** Those that were dropped for want of room. */
  readonly overflowed: number;
  /** Those that were dropped because the sink refused them. */
  readonly refused: number;
  /** How many attempts failed that are or were made again. */
  readonly failures: number;
  /** Why the last one failed. */
  readonly lastFailure?: string;
}
