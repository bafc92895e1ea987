/** PLACEHOLDER until the module's shape is known. */
export interface Explanation {
  readonly now: number;
}
