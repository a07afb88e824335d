package io.github.softmax4j.internal.vector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.softmax4j.internal.Call;
import io.github.softmax4j.internal.vector.math.Lanes;
import io.github.softmax4j.internal.vector.rows.Rows;
import org.junit.jupiter.api.Test;

/** What a thread has called before does not choose the passes of the call at hand. */
class HistoryTest {

  private static final int ROWS = 40;
  private static final int CLASSES = 1000;

  @Test
  void sumsLookAheadWhateverWasWrittenBefore() {
    assumeTrue(ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent());
    Call fresh = new Call(Workspace::new);
    Call used = new Call(Workspace::new);
    used.begin(1, CLASSES, 1);
    used.logits.set(new float[CLASSES], 0, CLASSES, 1);
    used.out.set(new float[CLASSES], 0, CLASSES, 1); // so short that it is kept
    used.end();
    assertEquals(!Lanes.MANY_REGISTERS, looksEarly(fresh), "in a fresh thread");
    assertEquals(looksEarly(fresh), looksEarly(used), "after a call with results");
  }

  private static boolean looksEarly(Call call) {
    call.begin(ROWS, CLASSES, 1);
    call.logits.set(new float[ROWS * CLASSES], 0, CLASSES, 1);
    Rows rows = ((Workspace) call.workspace).begin(Readiness.SOFTMAX, 1);
    rows.kernel.terms(false);
    call.end();
    return rows.tile.hasNextMax;
  }
}
