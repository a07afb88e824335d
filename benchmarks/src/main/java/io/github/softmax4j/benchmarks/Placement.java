package io.github.softmax4j.benchmarks;

/** Where a call finds its logits, and whether they are copied before. */
public enum Placement {
  /** In an array of their own, which no call changes: what figures are published of. */
  APART,
  /** In an array of their own, to which they are copied before each call. */
  COPIED,
  /** Where the result goes; before each call they are copied there, as the last overwrote them. */
  IN_PLACE
}
