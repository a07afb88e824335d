package io.github.softmax4j.benchmarks;

import io.github.softmax4j.cli.Operation;
import java.util.Arrays;

/**
 * A cell's call in both builds, on the same arrays.
 *
 * @param tree the call of the working tree; {@code null} if there is a problem
 * @param sameBits whether both have the same results
 * @param problem which build has no such call, and why; empty if both have
 */
record PairedCalls(TimedCall tree, TimedCall base, boolean sameBits, String problem) {

  /** All that a call gives. Of NaN, any bits are the same: they are where nothing is written. */
  private record Outcome(double result, float[] output, float[] perRow) {
    boolean hasBitsOf(Outcome other) {
      return Double.doubleToRawLongBits(result) == Double.doubleToRawLongBits(other.result)
          && Arrays.equals(output, other.output)
          && Arrays.equals(perRow, other.perRow);
    }
  }

  /** Calls both once. */
  static PairedCalls of(Operation operation, Data data, Driver tree, Driver base) {
    String build = "the working tree";
    try {
      TimedCall treeCall = tree.call(operation, data);
      Outcome ofTree = outcome(data, treeCall);
      build = "the base";
      TimedCall baseCall = base.call(operation, data);
      Outcome ofBase = outcome(data, baseCall);
      return new PairedCalls(treeCall, baseCall, ofTree.hasBitsOf(ofBase), "");
    } catch (LinkageError e) {
      return failed(build + " has no such call: " + e);
    } catch (Exception e) {
      return failed(build + " fails: " + e);
    }
  }

  boolean areHere() {
    return problem.isEmpty();
  }

  private static PairedCalls failed(String problem) {
    return new PairedCalls(null, null, true, problem);
  }

  private static Outcome outcome(Data data, TimedCall call) throws Exception {
    data.clearResults();
    double result = call.run();
    return new Outcome(result, data.output().clone(), data.perRow().clone());
  }
}
