package io.github.softmax4j.benchmarks;

import java.util.Arrays;

/**
 * A cell's call in both builds, on the same arrays.
 *
 * @param tree the call of the working tree; {@code null} if there is a problem
 * @param sameBits whether both have the same results
 * @param problem which build has no such call, and why; empty if both have
 */
record PairedCalls(TimedCall tree, TimedCall base, boolean sameBits, String problem) {

  /** All that a call gives. */
  private record Outcome(double result, float[] output, float[] perRow) {

    boolean hasBitsOf(Outcome other) {
      return Double.doubleToRawLongBits(result) == Double.doubleToRawLongBits(other.result)
          && sameBits(output, other.output)
          && sameBits(perRow, other.perRow);
    }

    /** Of NaN, any bits are the same: they are where nothing is written. */
    private static boolean sameBits(float[] a, float[] b) {
      return Arrays.equals(a, b);
    }
  }

  /** Calls both once. */
  static PairedCalls of(
      PairedCell cell, PairedArrays arrays, PairedDriver tree, PairedDriver base) {
    String build = "the working tree";
    try {
      TimedCall treeCall = tree.call(cell.operation(), arrays);
      Outcome ofTree = outcome(cell, arrays, treeCall);
      build = "the base";
      TimedCall baseCall = base.call(cell.operation(), arrays);
      Outcome ofBase = outcome(cell, arrays, baseCall);
      return new PairedCalls(treeCall, baseCall, ofTree.hasBitsOf(ofBase), "");
    } catch (LinkageError e) {
      return failed(build + " has no such call: " + reason(e));
    } catch (Exception e) {
      return failed(build + " fails: " + reason(e));
    }
  }

  boolean areHere() {
    return problem.isEmpty();
  }

  private static PairedCalls failed(String problem) {
    return new PairedCalls(null, null, true, problem);
  }

  private static Outcome outcome(PairedCell cell, PairedArrays arrays, TimedCall call)
      throws Exception {
    arrays.clearResults(cell.operation());
    double result = call.run();
    return new Outcome(result, arrays.output().clone(), arrays.perRow().clone());
  }

  private static String reason(Throwable e) {
    return e.getClass().getSimpleName() + ": " + e.getMessage();
  }
}
