package io.github.softmax4j.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** A pool lends each call once at a time, and does without those that are never given back. */
class CallPoolTest {

  private static final int NEVER_ENDED = 20;

  private int made;

  private final CallPool pool =
      new CallPool(
          () -> {
            made++;
            return new Call(call -> null);
          });

  @Test
  void aCallThatHasEndedIsLentAgain() {
    Call first = pool.take();
    Call nested = pool.take();
    assertNotSame(first, nested);
    nested.end();
    first.end();
    assertSame(first, pool.take());
    assertEquals(2, made);
  }

  /** As many as the places, and more: then two calls at a time need no new one for long. */
  @Test
  void callsThatAreNeverEndedAreReplaced() {
    for (int i = 0; i < NEVER_ENDED; i++) {
      pool.take();
    }
    for (int i = 0; i < NEVER_ENDED; i++) {
      two();
    }
    int before = made;
    for (int i = 0; i < 100; i++) {
      two();
    }
    assertEquals(before, made);
    assertTrue(made <= 2 * NEVER_ENDED, made + " calls");
  }

  private void two() {
    Call outer = pool.take();
    Call nested = pool.take();
    nested.end();
    outer.end();
  }
}
